# Audits, writes reports, annotations, outputs and the job's summary; ends with eindekss' code. Step of action.yml.
set -uo pipefail

command="${INPUT_COMMAND:-}"
command="${command:-$EINDEKSS_HOME/bin/eindekss}"
reports="$INPUT_REPORTS"
mkdir -p "$reports"
# What an earlier step left there is not this one's.
rm -f "$reports"/{report.html,report.json,report.sarif,junit.xml,summary.md,annotations.txt}

urls=()
while IFS= read -r line; do
  line="${line#"${line%%[![:space:]]*}"}"
  line="${line%"${line##*[![:space:]]}"}"
  if [ -n "$line" ]; then urls+=("$line"); fi
done <<< "$INPUT_URLS"

options=(--quiet --db "$reports/eindekss.sqlite3")
options+=(--format html --output "$reports/report.html")
for also in json=report.json sarif=report.sarif junit=junit.xml markdown=summary.md github=annotations.txt; do
  options+=(--also "${also%%=*}=$reports/${also#*=}")
done
if [ -n "$INPUT_FAIL_ON" ]; then options+=(--fail-on "$INPUT_FAIL_ON"); fi
if [ -n "$INPUT_FAIL_BELOW" ]; then options+=(--fail-below "$INPUT_FAIL_BELOW"); fi
if [ "$INPUT_ALLOW_REVIEW" = true ]; then options+=(--allow-review); fi
if [ -n "$INPUT_BASELINE" ]; then options+=(--baseline "$INPUT_BASELINE"); fi
read -ra more <<< "$INPUT_ARGS"
options+=(${more[@]+"${more[@]}"})

# Whatever a site writes into a message, the runner takes no command from it.
pause="eindekss-$RANDOM$RANDOM$RANDOM"
echo "::stop-commands::$pause"
"$command" check "${options[@]}" -- ${urls[@]+"${urls[@]}"}
code=$?
echo "::$pause::"

if [ -f "$reports/annotations.txt" ]; then cat "$reports/annotations.txt"; fi
if [ -f "$reports/summary.md" ]; then cat "$reports/summary.md" >> "$GITHUB_STEP_SUMMARY"; fi
case "$code" in
  0) verdict=passed ;;
  1) verdict=failed ;;
  3) verdict=open ;;
  *) verdict=error ;;
esac
sarif="$reports/report.sarif"
if [ ! -f "$sarif" ]; then sarif=""; fi
{
  echo "exit-code=$code"
  echo "verdict=$verdict"
  echo "reports=$reports"
  echo "sarif=$sarif"
} >> "$GITHUB_OUTPUT"
exit "$code"
