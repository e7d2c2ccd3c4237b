printf '%s\n' "$@" >"@home@/tmp/arguments"
cat "@home@/keys.json"
