#!/usr/bin/env bash
# The demo: a broker with passwords and rights, the service, and a simulated city.
# Everything it makes lies in var/; Ctrl-C stops all of it. TLS=1: all of it over TLS, with an
# authority made on the spot, in var/tls. SEED: another city of the same kind, in an empty var/.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077
bin=${PIKAPALAUTE_BUILD:-.build/release}
unset PIKAPALAUTE_BUILD # no setting of the service
var=var
seed=${SEED:-2018}
mkdir -p "$var/broker/data"

free_port() { # the first free loopback port from $1 on
  local port=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

# The certificate $1.pem and its key, of the authority in var/tls.
issue() {
  printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >"$var/tls/$1.ext"
  openssl req -new "${new_key[@]}" -keyout "$var/tls/$1.key" -out "$var/tls/$1.csr" -subj "/CN=$1"
  openssl x509 -req -in "$var/tls/$1.csr" -CA "$var/tls/ca.pem" -CAkey "$var/tls/ca.key" \
    -CAcreateserial -days 30 -extfile "$var/tls/$1.ext" -out "$var/tls/$1.pem"
}

mqtt=mqtt http=http curl=(curl) ca=() broker_tls=""
if [ "${TLS:-}" = 1 ]; then
  mqtt=mqtts http=https curl=(curl --cacert "$var/tls/ca.pem") ca=(--ca-file "$var/tls/ca.pem")
  new_key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
  mkdir -p "$var/tls"
  {
    openssl req -x509 "${new_key[@]}" -keyout "$var/tls/ca.key" -out "$var/tls/ca.pem" -days 30 \
      -subj "/CN=Pikapalaute demo CA" -addext keyUsage=critical,keyCertSign
    issue broker
    issue service
  } 2>"$var/tls/log"
  broker_tls="certfile $PWD/$var/tls/broker.pem
keyfile $PWD/$var/tls/broker.key"
  export PIKAPALAUTE_MQTT_CA_FILE="$var/tls/ca.pem"
  export PIKAPALAUTE_HTTP_CERTIFICATE_FILE="$var/tls/service.pem"
  export PIKAPALAUTE_HTTP_KEY_FILE="$var/tls/service.key"
fi

pids=()
stop() {
  trap - EXIT INT TERM
  # Last started, first stopped: the simulator, the service, the broker.
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill -TERM "${pids[$i]}" 2>/dev/null || true
    wait "${pids[$i]}" 2>/dev/null || true
  done
  echo "stopped"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$bin/simulator" make-city "$var/city"
[ -s "$var/admin-token" ] || openssl rand -hex 32 >"$var/admin-token"
cp "$var/city/credentials" "$var/broker/passwords"
mosquitto_passwd -U "$var/broker/passwords"
cp "$var/city/acl" "$var/broker/acl"

mqtt_port=$(free_port 1883)
http_port=$(free_port 8080)
cat >"$var/broker/mosquitto.conf" <<CONF
# Made by scripts/run.sh.
listener $mqtt_port 127.0.0.1
$broker_tls
user $(id -un)
allow_anonymous false
# Who has one device's password cannot take the session of another, or of the service.
use_username_as_clientid true
password_file $PWD/$var/broker/passwords
acl_file $PWD/$var/broker/acl
persistence true
persistence_location $PWD/$var/broker/data/
# Messages handed out before PUBACK: the service commits that many at once.
max_inflight_messages 4000
# A full queue drops messages that were acknowledged; devices keep their journals, so none here.
max_queued_messages 0
max_packet_size 262144
set_tcp_nodelay true
log_type error
log_type warning
CONF
mosquitto -c "$var/broker/mosquitto.conf" >"$var/broker/log" 2>&1 &
pids+=($!)

PIKAPALAUTE_ADMIN_TOKEN=$(cat "$var/admin-token")
export PIKAPALAUTE_ADMIN_TOKEN
password=$(sed -n 's/^pikapalaute://p' "$var/city/credentials")
PIKAPALAUTE_MQTT_PASSWORD=$password PIKAPALAUTE_MQTT_URL="$mqtt://pikapalaute@127.0.0.1:$mqtt_port" \
  "$bin/pikapalaute" serve --database "$var/pikapalaute.sqlite" \
  --registry "$var/city/registry.yaml" --http-address "127.0.0.1:$http_port" \
  2>"$var/service.log" &
pids+=($!)
http="$http://127.0.0.1:$http_port"
for _ in $(seq 200); do
  "${curl[@]}" -fs "$http/readyz" >/dev/null && break
  if ! kill -0 "${pids[1]}" 2>/dev/null || ! kill -0 "${pids[0]}" 2>/dev/null; then
    cat "$var/broker/log" "$var/service.log" >&2
    exit 1
  fi
  sleep 0.1
done

simulate() {
  "$bin/simulator" "$@" --seed "$seed" --city "$var/city" --mqtt-url "$mqtt://127.0.0.1:$mqtt_port" \
    --http-url "$http" "${ca[@]}" &
  pids+=($!)
  wait $!
}

api() { # $@ of curl, with the administrator's token
  "${curl[@]}" -fsS -H @- "$@" <<<"Authorization: Bearer $PIKAPALAUTE_ADMIN_TOKEN"
}

verify=--verify
if [ "${TLS:-}" = 1 ]; then
  # The simulator's HTTP library takes the system's authorities only: without a token it asks for
  # no numbers, and curl shows them.
  verify=""
fi
echo "seed $seed"
echo "sending the presses of 2017 over MQTT, as 130 terminals would"
PIKAPALAUTE_ADMIN_TOKEN=${verify:+$PIKAPALAUTE_ADMIN_TOKEN} simulate table-2017 $verify
[ "$verify" ] || api \
  "$http/api/v1/results?node=terveysasemat&from=2017-01-01&to=2018-01-01&by=year&format=csv"
echo "and those of the last 25 months, which are made up, with the phones of home care"
# Where the day before now began to come in, what is before it is there, and only compared.
yesterday=$(TZ=Europe/Helsinki date -d yesterday +%F)
if [ "$(cat "$var/pikapalaute.sqlite-day" 2>/dev/null)" != "$yesterday" ]; then
  PIKAPALAUTE_ADMIN_TOKEN=${verify:+$PIKAPALAUTE_ADMIN_TOKEN} simulate recent $verify
elif [ "$verify" ]; then
  simulate recent --verify-only
fi
"$bin/pikapalaute" publish --database "$var/pikapalaute.sqlite" >/dev/null

# What the city's managers wrote, once.
if [ ! -e "$var/pikapalaute.sqlite-written" ]; then
  while read -r note; do
    api "$http/api/v1/annotations" --data "$note" >/dev/null
  done <"$var/city/notes"
  while read -r unit language text; do
    "$bin/pikapalaute" board set "$unit" --database "$var/pikapalaute.sqlite" \
      --lang "$language" "$text" >/dev/null
  done <"$var/city/boards"
  touch "$var/pikapalaute.sqlite-written"
fi

cat <<TEXT

The service is up. In a browser:
  sign in    $http/sign-in?next=/dashboard
             with the token $PIKAPALAUTE_ADMIN_TOKEN
  public     $http/
  a board    $http/board/kallio-terveysasema
  the report $http/dashboard/terveysasemat?from=2017-01-01&to=2018-01-01

For programs:
  results    $http/api/v1/results?node=terveysasemat&from=2017-01-01&to=2018-01-01&by=month
  places     $http/api/v1/nodes          devices  $http/api/v1/devices
  health     $http/readyz                metrics  $http/metrics
  broker     127.0.0.1:$mqtt_port        logs     $var/service.log
A first query:

  ${curl[*]} -H "Authorization: Bearer \$(cat $var/admin-token)" \\
    "$http/api/v1/results?node=terveysasemat&from=2017-01-01&to=2018-01-01&by=year&format=csv"

Now yesterday comes in as it passed, a minute for every second. Ctrl-C stops everything.
TEXT
echo "$yesterday" >"$var/pikapalaute.sqlite-day"
simulate recent-day --speed 60 --start-hour 7
echo "the day is over; the service stays up until Ctrl-C"
wait "${pids[0]}" "${pids[1]}"
