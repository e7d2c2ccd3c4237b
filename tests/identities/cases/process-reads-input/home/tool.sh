cat >"@home@/tmp/input"
cat "@home@/keys.json"
