# Creates the roles and the database when PostgreSQL starts for the first time.
#
# `ecritures` is the role that the program logs in with. It is ordinary: the policies that keep the
# firms apart do not apply to a superuser. `ecritures_owner` owns the tables; the program assumes it to
# migrate and to load. NOINHERIT is essential: a member that inherits from the owner escapes its policies.
psql --set ON_ERROR_STOP=1 --set password="$APPLICATION_PASSWORD" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE ecritures_owner;
CREATE ROLE ecritures LOGIN NOINHERIT PASSWORD :'password';
GRANT ecritures_owner TO ecritures;
CREATE DATABASE ecritures OWNER ecritures_owner;
SQL
