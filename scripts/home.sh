# SPDX-License-Identifier: Apache-2.0
# Sourced by scripts/demo and scripts/year: a home folder with its people, plugins and a simulated bank. Wants $home (absolute).
out=${MIF_BUILD:-$PWD/build/release}  # another build folder, for tests of a preset
bin=$out/bin plugins=$out/plugins
export MIF_HOME=$home
unset MIF_USER MIF_PASSWORD

# One password for the demonstration people, made once per home and readable by its owner only.
passwords=$home/demo-password
if [ ! -s "$passwords" ]; then
  (umask 077; od -An -N9 -tx1 /dev/urandom | tr -d ' \n' >"$passwords")
fi
password=$(cat "$passwords")
as() { local who=$1; shift; MIF_USER=$who MIF_PASSWORD=$password "$bin/mifctl" "$@"; }
mifctl() { "$bin/mifctl" "$@"; }
step() { echo >&2; echo "== $*" >&2; }
# The whole answer goes to the log of the home, its last line - the summary - to the terminal.
brief() { "$@" | tee -a "$home/demo.log" | tail -n 1; }

# assemble CONFIG: the deployment, the people's password, the plugins sealed by a vendor of this home.
assemble() {
  mifctl init --from "$1" --templates templates
  for who in maker1 reviewer1 cashier1 payer1 chief1 admin1 viewer1; do
    printf '%s\n' "$password" | mifctl user password "$who" --password-stdin --quiet
  done
  if [ ! -e "$home/keys/demo-vendor.key.pem" ]; then
    mkdir -p "$home/trust/vendors"
    mifctl plugin keygen --out "$home/keys/demo-vendor" --quiet
    cp "$home/keys/demo-vendor.pem" "$home/trust/vendors/demo-vendor.pem"
  fi
  rm -rf "$home/bundles"
  mkdir -p "$home/bundles"
  for name in exchange source-exchange-db treasury bank-xmlfront bank-csv reporting report-nhsa report-mof console; do
    cp -r "$plugins/$name.plugin" "$home/bundles/"
  done
  mifctl plugin seal --key "$home/keys/demo-vendor.key.pem" --key-id demo-vendor "$home"/bundles/*.plugin --quiet
  mifctl plugin install "$home"/bundles/*.plugin
}

# documents SEED FIGURES...: the exchange database and the bank's script, made once per home.
documents() {
  local seed=$1 file figures=(); shift
  for file in "$@"; do figures+=(--figures "$file"); done
  [ ! -e "$home/exchange/exchange.db" ] || return 0
  mkdir -p "$home/exchange"
  rm -f "$home/exchange/new.db"
  "$bin/mif-datagen" "${figures[@]}" --seed "$seed" --out "$home/exchange/new.db" --bank-script "$home/exchange/bank.info"
  mv "$home/exchange/new.db" "$home/exchange/exchange.db"
}

bank_pid=
stop_bank() { if [ -n "$bank_pid" ]; then kill "$bank_pid" 2>/dev/null || true; wait "$bank_pid" 2>/dev/null || true; bank_pid=; fi; }
# start_bank [FAULT]: the simulator on a free port, which is written into the home's settings.
start_bank() {
  local fault=${1:-} bank_port
  trap stop_bank EXIT
  rm -f "$home/bank.port"
  "$bin/mif-bank-sim" --state "$home/bank" --script "$home/exchange/bank.info" --port 0 ${fault:+--fault "$fault"} >"$home/bank.port" 2>"$home/bank.log" &
  bank_pid=$!
  for _ in $(seq 100); do grep -q '^port ' "$home/bank.port" && break; kill -0 "$bank_pid" || { cat "$home/bank.log" >&2; exit 1; }; sleep 0.1; done
  bank_port=$(awk '/^port /{print $2}' "$home/bank.port")
  python3 - "$home/mif.info" "$bank_port" <<'PY'
import re, sys
path, port = sys.argv[1:]
text = open(path, encoding="utf-8").read()
new = re.sub(r"(link demo-bank \{[^}]*?\bport )\d+", r"\g<1>" + port, text)
if new != text:
    open(path, "w", encoding="utf-8").write(new)
PY
}

# pay_all: every approved payable reaches the bank and its answer comes back.
pay_all() {
  brief as maker1 pay prepare
  brief as payer1 pay approve
  for _ in 1 2 3 4 5; do
    brief as payer1 pay send || [ $? = 3 ]
    brief as payer1 pay query && break
  done
}
