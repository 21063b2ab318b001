# Reads "A<TAB>B" lines and answers as R's numeric_version grammar takes and compareVersion's rule orders them: <, =, >, or ! when it refuses one.
pairs <- strsplit(readLines(file("stdin")), "\t", fixed = TRUE)
a <- vapply(pairs, function(p) p[1], "")
b <- vapply(pairs, function(p) if (length(p) > 1) p[2] else "", "")
valid <- paste0("^", .standard_regexps()$valid_package_version, "$")
ok <- grepl(valid, a) & grepl(valid, b)
cmp <- function(x, y) {
  x <- as.numeric(strsplit(x, "[.-]")[[1]])
  y <- as.numeric(strsplit(y, "[.-]")[[1]])
  for (k in seq_len(min(length(x), length(y)))) if (x[k] != y[k]) return(if (x[k] < y[k]) "<" else ">")
  if (length(x) == length(y)) "=" else if (length(x) < length(y)) "<" else ">"
}
cat(mapply(function(x, y, fine) if (fine) cmp(x, y) else "!", a, b, ok), sep = "\n")
