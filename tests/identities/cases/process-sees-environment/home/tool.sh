printf '%s %s\n' "$VAULT" "$HOME" >@home@/tmp/seen
cat "@home@/keys.json"
