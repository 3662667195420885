// An OpenID Connect provider for tests: whoever signs in is whom they say; the login is the e-mail
// address, and one that begins with "unverified" has not been verified.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [library, port, returnAddress] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(library));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: 'ecritures', client_secret: 'secret', redirect_uris: [returnAddress] }],
  pkce: { required: () => true },
  claims: { email: ['email', 'email_verified'], profile: ['name'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: !id.startsWith('unverified') }),
  }),
});
createServer(provider.callback()).listen(Number(port), '127.0.0.1', () => console.log('ready'));
