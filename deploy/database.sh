# Makes the program's role and its database, when PostgreSQL starts for the first time.
# An ordinary role: the policies that keep the firms apart do not hold for a superuser.
psql --set ON_ERROR_STOP=1 --set password="$APPLICATION_PASSWORD" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE ecritures LOGIN PASSWORD :'password';
CREATE DATABASE ecritures OWNER ecritures;
SQL
