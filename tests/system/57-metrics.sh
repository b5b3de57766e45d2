#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# /metrics in both of its formats: promtool finds nothing wrong with the names,
# units and helps of the plain one; a real Prometheus takes the other, with the
# rules of etc/prometheus, and has the right numbers. Every metric that the
# rules and the dashboard name is one that cefd exports.
. "$(dirname "$0")/lib.sh"
need curl promtool prometheus python3
make_certs
sink in
sim --threats 5
source_more='streams = {"threats", "cases"}'
configure
port=$(free_port)
sed -i "s/listen = \"\"/listen = \"127.0.0.1:$port\"/" "$tmp/cefd.conf"
run_cefd
settle "$tmp/in.out"

# get PATH OPTION... - from the status listener
get()
{
	path=$1
	shift
	curl -sS --noproxy '*' "$@" "http://127.0.0.1:$port$path"
}

get /metrics >"$tmp/plain.txt"
promtool check metrics <"$tmp/plain.txt" >"$tmp/lint.txt" 2>&1 ||
    fail "promtool: $(cat "$tmp/lint.txt")"
[ ! -s "$tmp/lint.txt" ] || fail "promtool: $(cat "$tmp/lint.txt")"
grep -v '^# TYPE cefd_spool_bytes' "$tmp/plain.txt" |
    sed 's/^cefd_spool_bytes/cefd_spool_megabytes/' >"$tmp/planted.txt"
! promtool check metrics <"$tmp/planted.txt" >/dev/null 2>&1 ||
    fail "promtool lets a planted fault pass"

# What is exported against what is used.
sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$tmp/plain.txt" | sort >"$tmp/are.txt"
[ "$(uniq -d <"$tmp/are.txt" | wc -l)" -eq 0 ] || fail "a metric is there twice"
cat "$top_srcdir/etc/prometheus/cefd.rules.yml" \
    "$top_srcdir/etc/prometheus/cefd.rules.test.yml" \
    "$top_srcdir/etc/grafana/cefd.json" "$top_srcdir/doc/monitoring.md" \
    >"$tmp/users.txt"
grep -o '\(cefd\|process\)_[a-z]*_[a-z_]*[a-z]' "$tmp/users.txt" |
    sort -u >"$tmp/named.txt"
[ "$(wc -l <"$tmp/named.txt")" -ge 20 ] || fail "the names were not found"
comm -13 "$tmp/are.txt" "$tmp/named.txt" >"$tmp/unknown.txt"
[ ! -s "$tmp/unknown.txt" ] || fail "not exported: $(cat "$tmp/unknown.txt")"
# And each is told of.
comm -23 "$tmp/are.txt" "$tmp/named.txt" >"$tmp/untold.txt"
[ ! -s "$tmp/untold.txt" ] || fail "in no document: $(cat "$tmp/untold.txt")"
python3 -m json.tool "$top_srcdir/etc/grafana/cefd.json" >/dev/null ||
    fail "the dashboard is no JSON"

# OpenMetrics is what Prometheus asks for, and is strict about.
get /metrics -H 'Accept: application/openmetrics-text;version=1.0.0,*/*;q=0.1' \
    -D "$tmp/head.txt" >"$tmp/open.txt"
grep -qi '^content-type: application/openmetrics-text' "$tmp/head.txt" ||
    fail "the type is $(grep -i '^content-type' "$tmp/head.txt")"
grep -q '^# TYPE cefd_source_records counter$' "$tmp/open.txt" ||
    fail "a counter is announced with its suffix"
cat >"$tmp/prometheus.yml" <<CONF
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: ["$(cd "$top_srcdir" && pwd)/etc/prometheus/cefd.rules.yml"]
scrape_configs:
  - job_name: cefd
    static_configs: [{targets: ["127.0.0.1:$port"]}]
CONF
promtool check config "$tmp/prometheus.yml" >"$tmp/config.txt" 2>&1 ||
    fail "promtool: $(cat "$tmp/config.txt")"
prom=$(free_port)
start prometheus prometheus --config.file="$tmp/prometheus.yml" \
    --storage.tsdb.path="$tmp/tsdb" --web.listen-address="127.0.0.1:$prom"

# query EXPRESSION - its value
query()
{
	curl -sSf --noproxy '*' -G "http://127.0.0.1:$prom/api/v1/query" \
	    --data-urlencode "query=$1" |
	    sed -n 's/.*"value":\[[0-9.]*,"\([^"]*\)"\].*/\1/p'
}

query_is()
{
	[ "$(query "$1")" = "$2" ]
}

records=$(status_of confirmed)
wait_for "Prometheus has the records" query_is \
    'cefd_destination_confirmed_total{destination="out"}' "$records"
query_is 'up{job="cefd"}' 1 || fail "Prometheus: up is $(query up)"
query_is 'cefd_source_state{source="acme",state="ok"}' 1 ||
    fail "the source is not ok"
query_is 'count(cefd_stream_state == 1)' 2 || fail "two streams, two states"
query_is 'cefd_build_info{version="'"$("$cefd" --version | cut -d ' ' -f 2)"'"}' \
    1 || fail "no version"
query_is 'cefd_destination_info{confirm_level="close-notify"}' 1 ||
    fail "no confirm level"
expr "$(query 'time() - process_start_time_seconds' | cut -d . -f 1)" '<' 170 \
    >/dev/null || fail "the start is not now"
curl -sSf --noproxy '*' "http://127.0.0.1:$prom/api/v1/rules" >"$tmp/rules.json"
! grep -q '"health":"err"' "$tmp/rules.json" || fail "a rule cannot be evaluated"
grep -q '"name":"CefdDown"' "$tmp/rules.json" || fail "the rules are not there"
