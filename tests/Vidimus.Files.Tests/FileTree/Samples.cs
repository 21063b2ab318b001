using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree;

/// <summary>Folders made by the shell for several tests.</summary>
internal static class Samples
{
    /// <summary>Fills a folder with names and kinds of file that trip readers: not UTF-8, control signs, long, deep, links of all sorts, pipes.</summary>
    public static void Hostile(string folder) => RealTool.Bash("""
        mkdir -p plain/deep "empty folder"
        printf hello > plain/hello; chmod 4755 plain/hello
        head -c 70000 /dev/urandom > plain/deep/random
        : > plain/nothing
        printf a > "$(printf 'not\xff\xfeutf8')"
        printf b > "$(printf 'caf\xc3\xa9 \xf0\x9f\x90\xa7')"
        printf c > "$(printf 'half\xc3')"
        printf s > "$(printf 'sur\xed\xb2\x80rogate')"
        printf d > "$(printf 'new\nline\ttab\x1b[31m')"
        printf e > "$(printf 'back\\slash "quote" %%41')"
        printf f > ' '
        printf g > '.wh.gone'
        mkdir "$(printf 'f\x80lder')"; printf h > "$(printf 'f\x80lder')/in"
        long=$(printf 'n%.0s' $(seq 200))
        mkdir -p "$long/$long"; printf i > "$long/$long/$long"
        printf j > "$(printf 'e%.0s' $(seq 100))"
        printf k > "$(printf 'e%.0s' $(seq 99))"
        ln plain/hello plain/hello-again; ln "$long/$long/$long" hard-to-long
        ln -s plain/hello link; ln -s /etc/passwd absolute; ln -s ../../../outside up; ln -s nowhere dangling; ln -s . self
        ln -s "$long/$long/$long" link-to-long
        mkfifo pipe
        touch -d '1969-12-31 23:00:00.5 UTC' plain/before-1970
        chmod 000 plain/nothing
        """, folder);

    /// <summary>What the oldest format can hold: short names, no odd times.</summary>
    public static void Simple(string folder) => RealTool.Bash("""
        mkdir -p a/b empty
        printf hello > a/hello; chmod 4755 a/hello
        head -c 70000 /dev/urandom > a/b/random
        printf x > "$(printf 'not\xff\xfeutf8')"
        ln a/hello again; ln -s a/hello link
        """, folder);
}
