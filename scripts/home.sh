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
  for who in maker1 reviewer1 cashier1 budget1 payer1 chief1 admin1 viewer1; do
    printf '%s\n' "$password" | mifctl user password "$who" --password-stdin --quiet
  done
  if [ ! -e "$home/keys/demo-vendor.key.pem" ]; then
    mkdir -p "$home/trust/vendors"
    mifctl plugin keygen --out "$home/keys/demo-vendor" --quiet
    cp "$home/keys/demo-vendor.pem" "$home/trust/vendors/demo-vendor.pem"
  fi
  rm -rf "$home/bundles"
  mkdir -p "$home/bundles"
  for name in exchange source-exchange-db treasury funds bank-xmlfront bank-json-sm bank-csv bank-mt940 bank-bai2 bank-ofx bank-iso20022 reporting report-nhsa report-mof console; do
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

# approve_budget BOOK YEAR: the year's budget as config/budget has it, compiled by one person and approved by another, then its
# adjustments; once per home.
approve_budget() {
  local book=$1 year=$2 plan item by reason document
  [ -z "$(as viewer1 budget plan --book "$book" --year "$year" -o csv --quiet | tail -n +2)" ] || return 0
  plan=$(as budget1 budget compile --book "$book" --year "$year" --reason "$year 年预算" --file "config/budget/$book-$year.csv" -o csv --quiet | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "plan") at = i } NR == 2 { print $at }')
  brief as budget1 budget submit "$plan"
  brief as chief1 budget approve "$plan"
  while IFS=, read -r _ item _ by reason document; do
    as budget1 budget adjust --book "$book" --item "$item" --year "$year" --by "$by" --reason "$reason" --document "$document" --quiet >>"$home/demo.log"
    brief as chief1 budget approve --book "$book" --item "$item" --year "$year"
  done < <(grep "^$book,[^,]*,$year," "$home/config/budget/adjustments.csv")
}

# fill_budget SCHEME UNIT BOOK PERIOD: the budget cells of the ministry's table of execution, from what is approved. The table keeps
# them as cells to fill in, for a home without budgets types them.
fill_budget() {
  local list=out/budget-$3.csv  # below the home
  mkdir -p "$home/out"
  as viewer1 budget execution --book "$3" --year "${4%-*}" --month "${4#*-}" -o json --quiet |
    scripts/budget_cells.py "$home/config/budget/cells.csv" "$1" "$2" "$home/config/opening/$3.csv" >"$home/$list"
  brief as budget1 report import --file "$list" --unit "$2" --period "$4" --apply yes
}

bank_pids=()
stop_bank() {
  local pid
  for pid in ${bank_pids[@]+"${bank_pids[@]}"}; do kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; done
  bank_pids=()
}
# run_bank STATE SCRIPT FAULT [OPTION...]: one simulator on a free port, which is left in STATE.port.
run_bank() {
  local state=$1 script=$2 fault=$3 pid; shift 3
  trap stop_bank EXIT
  rm -f "$state.port"
  "$bin/mif-bank-sim" --state "$state" --script "$script" --port 0 ${fault:+--fault "$fault"} "$@" >"$state.port" 2>"$state.log" &
  pid=$!
  bank_pids+=("$pid")
  for _ in $(seq 100); do grep -q '^port ' "$state.port" && break; kill -0 "$pid" || { cat "$state.log" >&2; exit 1; }; sleep 0.1; done
}
# set_port LINK STATE: the simulator's port into the home's settings.
set_port() {
  python3 - "$home/mif.info" "$1" "$(awk '/^port /{print $2}' "$2.port")" <<'PY'
import re, sys
path, link, port = sys.argv[1:]
text = open(path, encoding="utf-8").read()
new = re.sub(r"(link " + link + r" \{[^}]*?\bport )\d+", r"\g<1>" + port, text)
if new != text:
    open(path, "w", encoding="utf-8").write(new)
PY
}
# start_bank [FAULT]: the one bank all accounts of the configuration are with.
start_bank() {
  run_bank "$home/bank" "$home/exchange/bank.info" "${1:-}"
  set_port demo-bank "$home/bank"
}
# start_two_banks ACCOUNT FAULT: this expenditure account, and the unit's others, are with a second bank that is reached by the
# adapter bank-json-sm; keys and pin are what that bank hands out, the keys as secrets of the home.
start_two_banks() {
  local account=$1 fault=$2 unit=${1:0:6} part secret
  for part in first second; do
    awk -v unit="$unit" -v second=$([ $part = second ] && echo 1 || echo 0) '/^;/ || (index($4, unit) == 1) == second' "$home/exchange/bank.info" >"$home/exchange/bank-$part.info"
  done
  run_bank "$home/bank" "$home/exchange/bank-first.info" "$fault"
  run_bank "$home/bank-sm" "$home/exchange/bank-second.info" "$fault" --dialect json-sm --tls
  (umask 077
   mkdir -p "$home/secrets"
   for secret in client.key.pem bank.pem session.key; do cp "$home/bank-sm/keys/$secret" "$home/secrets/demo-sm-$secret"; done)
  python3 - "$home/mif.info" "$account" "$(cat "$home/bank-sm/tls.pin")" <<'PY'
import re, sys
path, account, pin = sys.argv[1:]
text = open(path, encoding="utf-8").read()
if "bank-json-sm {" not in text:
    link = f"""  bank-json-sm {{
    link demo-bank-sm {{
      profile "templates/bank/json-sm-like.info"
      host 127.0.0.1
      port 9443
      timeout-ms 10000
      login DEMO02
      pin {pin}
      sign-key demo-sm-client.key.pem
      bank-key demo-sm-bank.pem
      session-key demo-sm-session.key
    }}
  }}
"""
    text = text.replace("  treasury {\n", link + "  treasury {\n", 1)
    text = re.sub(r"(account " + account + r" \{[^}]*?)adapter bank-xmlfront(\s+)link demo-bank\b", r"\g<1>adapter bank-json-sm\g<2>link demo-bank-sm", text)
    assert "link demo-bank-sm\n" in text.split("treasury {")[1], account
    open(path, "w", encoding="utf-8").write(text)
PY
  set_port demo-bank "$home/bank"
  set_port demo-bank-sm "$home/bank-sm"
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
