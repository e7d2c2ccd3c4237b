i=0
while [ $i -lt 100 ]; do
  echo "warning: this is line $i of many, and nobody asked for it" >&2
  i=$((i + 1))
done
cat "@home@/keys.json"
