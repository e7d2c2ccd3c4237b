printf "first\033[31m line\r\n" >&2
for i in 1 2 3 4 5 6 7 8 9; do printf "Traceback: at step %s\n" "$i" >&2; done
exit 1
