# Asks pacman's vercmp for each line "A<TAB>B"; a text that begins with a dash would be an option of its.
while IFS=$'\t' read -r left right; do
    case "$left$right" in *[!\!-~]*) echo '!'; continue ;; esac
    if [ -z "$left" ] || [ -z "$right" ]; then echo '!'; continue; fi
    case $(/usr/bin/vercmp "$left" "$right") in -*) echo '<' ;; 0) echo '=' ;; *) echo '>' ;; esac
done
