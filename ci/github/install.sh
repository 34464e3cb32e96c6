# Installs the wheel into an environment of its own. Step of action.yml.
set -euo pipefail

if [ -n "$INPUT_COMMAND" ]; then
  exit 0
fi
if [ -z "$INPUT_WHEEL" ]; then
  echo "::error title=eindekss::Name the built wheel (input wheel) or an installed command (input command)."
  exit 2
fi
python3 -m venv "$EINDEKSS_HOME"
"$EINDEKSS_HOME/bin/python" -m pip --disable-pip-version-check install --quiet "$INPUT_WHEEL"
