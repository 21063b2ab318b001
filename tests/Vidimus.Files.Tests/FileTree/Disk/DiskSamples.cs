using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree.Disk;

/// <summary>Folders and disks made of them by the real tools, for several tests.</summary>
internal static class DiskSamples
{
    /// <summary>Fills a folder with files of all sizes that a file system stores in different ways, one folder large enough for an index, links of all lengths, holes.</summary>
    /// <param name="files">About how many.</param>
    /// <param name="plain">Only names and kinds that mkfs.xfs can be told of: no blanks, no set-uid, nothing sparse, no links longer than an inode holds (those it writes without the header that version 5 wants).</param>
    public static void Tree(string folder, int files, bool plain = false) => RealTool.Run("/usr/bin/python3", ["-", folder, $"{files}", plain ? "plain" : ""], """
        import os, random, sys
        root, count, plain = sys.argv[1], int(sys.argv[2]), sys.argv[3]
        r = random.Random(7)
        sizes = [0, 1, 59, 60, 61, 100, 120, 156, 160, 300, 1000, 1024, 4095, 4096, 4097, 10000]
        def put(path, data):
            data = data.replace(b"\0", b"\1") # mke2fs 1.47.0 loses blocks of zeros at the end of files where inline_data is on
            path = os.path.join(os.fsencode(root), path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as out: out.write(data)
        for n in range(count // 2): put(b"many/a-name-of-some-length-%d" % n, r.randbytes(r.choice(sizes[:6])))
        for n in range(count - count // 2): put(b"spread%d/below%d/file-%d" % (n % 37, n % 11, n), r.randbytes(r.choice(sizes)))
        put(b"large", r.randbytes(3_000_000))
        put("caf\u00e9-\U0001F427".encode(), b"utf8")
        put(b"not-\xff\xfe-utf8", b"bytes")
        put(b"n" * 255, b"long name")
        put(b"deep/" + b"/".join([b"x"] * 60) + b"/end", b"deep")
        os.makedirs(os.path.join(root, "empty"))
        for length in (1, 30, 58, 59, 60, 61, 155, 156, 157, 200) + (() if plain else (400, 1000, 1023)): os.symlink("t" * length, os.path.join(root, f"link-{length}"))
        os.symlink("../many", os.path.join(root, "spread1/relative")); os.symlink("/spread2/below2", os.path.join(root, "absolute")); os.symlink("self", os.path.join(root, "self"))
        os.mkfifo(os.path.join(root, "pipe"))
        os.chmod(os.path.join(root, "large"), 0o751)
        if os.geteuid() == 0: os.chown(os.path.join(root, "large"), 70000, 80000)
        if not plain:
            os.link(os.path.join(root, "large"), os.path.join(root, "hard"))
            os.chmod(os.path.join(root, "hard"), 0o4751)
            put(b"a blank\tand\nmore", b"x")
            with open(os.path.join(root, "fragments"), "wb") as out:
                for n in range(1500):
                    out.seek(n * 24576); out.write(b"fragment %d" % n)
                out.truncate(1501 * 24576)
            with open(os.path.join(root, "hole"), "wb") as out: out.truncate(9_000_000)
            os.utime(os.path.join(root, "hole"), (2_000_000_000, 2_000_000_000)); os.utime(os.path.join(root, "empty"), (-1_000_000, -1_000_000))
        """);

    /// <summary>A disk that is one ext file system, filled with a folder.</summary>
    public static void Ext(string image, string folder, string size, params string[] options)
    {
        RealTool.Require("mke2fs");
        RealTool.Run("truncate", ["-s", size, image]);
        RealTool.Run("mke2fs", ["-q", "-F", "-d", folder, "-E", "root_owner=0:0,hash_seed=01234567-89ab-cdef-0123-456789abcdef", "-U", "01234567-89ab-cdef-0123-456789abcdef", .. options, image]);
    }

    /// <summary>A disk that is one XFS, filled with a folder by means of a prototype file, which has no times and no names with blanks.</summary>
    public static void Xfs(string image, string folder, string size, params string[] options)
    {
        RealTool.Require("mkfs.xfs");
        var prototype = image + ".proto";
        RealTool.Run("/usr/bin/python3", ["-", folder, prototype], """
            import os, stat, sys
            with open(sys.argv[2], "wb") as out:
                def line(depth, *words): out.write(b" " * depth + b" ".join(words) + b"\n")
                def owner(s): return b"%03o %d %d" % (stat.S_IMODE(s.st_mode) & 0o777, s.st_uid, s.st_gid)
                def fill(path, depth):
                    for name in sorted(os.listdir(path)):
                        full = os.path.join(path, name); s = os.lstat(full)
                        if stat.S_ISDIR(s.st_mode):
                            line(depth, name, b"d--" + owner(s)); fill(full, depth + 1); line(depth, b"$")
                        elif stat.S_ISLNK(s.st_mode): line(depth, name, b"l--" + owner(s), os.readlink(full))
                        elif stat.S_ISFIFO(s.st_mode): line(depth, name, b"p--" + owner(s))
                        else: line(depth, name, b"---" + owner(s), full)
                line(0, b"/dev/null"); line(0, b"0 0"); line(0, b"d--755 0 0")
                fill(os.fsencode(sys.argv[1]), 1)
                line(0, b"$")
            """);
        RealTool.Run("truncate", ["-s", size, image]);
        // With these variables it makes file systems as small as its own tests want them.
        var small = new Dictionary<string, string> { ["TEST_DIR"] = "x", ["TEST_DEV"] = "x", ["QA_CHECK_FS"] = "x" };
        RealTool.Run("mkfs.xfs", ["-q", "-f", "-m", "uuid=01234567-89ab-cdef-0123-456789abcdef", .. options, "-p", prototype, image], environment: small);
        File.Delete(prototype);
    }

    /// <summary>Puts a file into another at a place, as a partition's content into a disk; holes stay holes.</summary>
    public static void Put(string part, string disk, long offset) =>
        RealTool.Run("dd", [$"if={part}", $"of={disk}", "bs=64K", "conv=notrunc,sparse", "oflag=seek_bytes", $"seek={offset}", "status=none"]);
}
