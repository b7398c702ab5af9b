#!/usr/bin/env bash
# Starts Debian's PostgreSQL and Redis on free ports in the folder given, prints DATABASE_URL and
# REDIS_URL and then `ready`, and stops both when its standard input ends. Mosquitto is started
# by each test that needs one, with password and ACL files of its own (broker.ts).
set -euo pipefail

folder="$1/debian"
bin="$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)"
[ -x "$bin/initdb" ] || { echo 'apt-get install postgresql' >&2; exit 1; }
command -v redis-server >/dev/null || { echo 'apt-get install redis-server' >&2; exit 1; }
command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] ||
  { echo 'apt-get install mosquitto' >&2; exit 1; }

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
    console.log(s.address().port); s.close(); })'
}
as_server() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

mkdir -p "$folder"
chmod 755 "$1"
[ "$(id -u)" = 0 ] && chown postgres: "$folder"
cd "$folder"
pg_port="$(free_port)"
redis_port="$(free_port)"
password="$(node -p 'require("crypto").randomBytes(18).toString("hex")')"

printf '%s' "$password" > "$folder/password"
[ "$(id -u)" = 0 ] && chown postgres: "$folder/password"
as_server "$bin/initdb" --pgdata="$folder/data" --username=creneau --pwfile="$folder/password" \
  --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >/dev/null
as_server "$bin/postgres" -D "$folder/data" -c port="$pg_port" -c listen_addresses=127.0.0.1 \
  -c unix_socket_directories= -c max_connections=200 -c log_min_messages=fatal \
  </dev/null >"$folder/postgres.log" 2>&1 &
postgres=$!
redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$folder" --appendonly yes --save '' \
  --maxmemory-policy noeviction --requirepass "$password" </dev/null >"$folder/redis.log" 2>&1 &
redis=$!
stop() {
  # runuser passes the signal on; SIGINT is PostgreSQL's fast stop.
  kill -TERM "$redis" 2>/dev/null || true
  pid="$(head -1 "$folder/data/postmaster.pid" 2>/dev/null || true)"
  [ -n "$pid" ] && kill -INT "$pid" 2>/dev/null
  wait "$postgres" "$redis" 2>/dev/null || true
}
trap stop EXIT

export PGPASSWORD="$password"
for _ in $(seq 100); do
  "$bin/psql" -h 127.0.0.1 -p "$pg_port" -U creneau -d postgres -qtc 'SELECT 1' >/dev/null 2>&1 &&
    redis-cli --no-auth-warning -a "$password" -p "$redis_port" ping >/dev/null 2>&1 && break
  sleep 0.1
done
echo "DATABASE_URL=postgres://creneau:$password@127.0.0.1:$pg_port/postgres"
echo "REDIS_URL=redis://:$password@127.0.0.1:$redis_port"
echo ready
cat >/dev/null
