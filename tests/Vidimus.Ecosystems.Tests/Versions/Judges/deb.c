/* Reads "A<TAB>B" lines and answers as libdpkg orders them: <, =, >, or ! when it refuses one. */
#include <stdio.h>
#include <string.h>
#include <dpkg/dpkg.h>
#include <dpkg/dpkg-db.h>

int main(void)
{
    static char line[1 << 16];
    while (fgets(line, sizeof line, stdin)) {
        struct dpkg_version a, b;
        char *tab = strchr(line, '\t');
        line[strcspn(line, "\n")] = 0;
        *tab = 0;
        struct dpkg_error first = DPKG_ERROR_INIT, second = DPKG_ERROR_INIT;
        if (parseversion(&a, line, &first) || parseversion(&b, tab + 1, &second)) {
            puts("!");
            continue;
        }
        int order = dpkg_version_compare(&a, &b);
        puts(order < 0 ? "<" : order > 0 ? ">" : "=");
    }
    return 0;
}
