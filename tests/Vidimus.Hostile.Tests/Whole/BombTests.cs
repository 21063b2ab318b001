namespace Vidimus.Hostile.Tests.Whole;

/// <summary>Small files that unpack to large ones, and counts and depths that no honest file has.</summary>
public sealed class BombTests : IDisposable
{
    private readonly BoundedTool tool = new();

    public void Dispose() => tool.Dispose();

    [Theory]
    [InlineData("gzip -1")]
    [InlineData("zstd -q -1")]
    public void AGigabyteOfZerosIsAnEmptyTarAndOneOfNoiseIsNone(string packer)
    {
        tool.Make($"head -c 1G /dev/zero | {packer} > bomb; (yes || true) | head -c 1G | {packer} > noise");
        Assert.Equal(0, tool.Scan("tar:bomb").Exit);
        Assert.Equal(3, tool.Scan("tar:noise").Exit);
    }

    [Theory]
    [InlineData("gzip -1", "+gzip")]
    [InlineData("zstd -q -1", "+zstd")]
    public void ALayerWithAGigabyteOfZerosInAWantedFileStaysWithinMemory(string packer, string kind)
    {
        tool.Make($$"""
            {{LayoutScript.Functions}}
            mkdir -p tree/app && truncate -s 1G tree/app/package-lock.json
            diff=sha256:$(tar -cf - -C tree . | sha256sum | cut -d' ' -f1)
            tar -cf - -C tree . | {{packer}} > layer
            image {{kind}} $diff $(add layer)
            """);
        var answer = tool.Scan("oci:layout");
        Assert.Equal(0, answer.Exit);
        Assert.Contains("package-lock.json", answer.Error);
    }

    [Fact]
    public void JarsThatUnpackWithoutEndAreGivenUp()
    {
        tool.Make("""
            mkdir tree && /usr/bin/python3 - <<'END'
            import io, zipfile
            def jar(*members):
                out = io.BytesIO()
                with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
                    for name, data in members: z.writestr(name, data)
                return out.getvalue()
            zeros = jar(("a.jar", bytes(256 << 20)), ("META-INF/MANIFEST.MF", bytes(64 << 20)), ("META-INF/maven/a/b/pom.properties", bytes(64 << 20)))
            many = jar(*((f"lib/{n}.jar", zeros) for n in range(100)))
            open("tree/bomb.jar", "wb").write(jar(*((f"{n}.war", many) for n in range(10))))
            deep = jar(("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\nImplementation-Version: 1\n"))
            for n in range(200): deep = jar(("a.jar", deep))
            open("tree/deep.jar", "wb").write(deep)
            END
            """);
        Assert.Equal(0, tool.Scan("dir:tree").Exit);
    }

    /// <summary>The form of David Fifield's non-recursive bomb: a directory of many entries that share one body.</summary>
    [Fact]
    public void AJarWithOverlappingEntriesIsReadOnce()
    {
        tool.Make("""
            mkdir tree && /usr/bin/python3 - <<'END'
            import struct, zlib
            pack = zlib.compressobj(9, zlib.DEFLATED, -15)
            data = bytes(32 << 20)
            body = pack.compress(data) + pack.flush()
            crc = zlib.crc32(data)
            name = b"000000.jar"
            local = b"PK\3\4" + struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, crc, len(body), len(data), len(name), 0) + name + body
            entries = b"".join(b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 8, 0, 0, crc, len(body), len(data), 10, 0, 0, 0, 0, 0, 0) + b"%06d.jar" % n for n in range(60000))
            open("tree/overlap.jar", "wb").write(local + entries + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 60000, 60000, len(entries), len(local), 0))
            END
            """);
        var answer = tool.Scan("dir:tree");
        Assert.Equal(0, answer.Exit);
        Assert.Contains("overlap.jar", answer.Error);
    }

    [Fact]
    public void AMillionEntriesAreWalkedInFlatMemory()
    {
        tool.Make("""
            /usr/bin/python3 - <<'END'
            import tarfile
            with open("many.tar", "wb") as out:
                for n in range(1000000): out.write(tarfile.TarInfo(f"usr/share/folder{n % 5000}/a-file-with-a-name-{n}").tobuf(tarfile.USTAR_FORMAT))
                out.write(bytes(1024))
            END
            """);
        Assert.Equal(0, tool.Scan("tar:many.tar").Exit);
        tool.Make($"{LayoutScript.Functions}\nlayer=$(add many.tar); image '' $layer $layer");
        Assert.Equal(0, tool.Scan("oci:layout").Exit);
    }

    [Fact]
    public void AHundredThousandSmallPackagesAreListed()
    {
        tool.Make("""
            /usr/bin/python3 - <<'END'
            import io, tarfile
            with tarfile.open("many.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
                for n in range(100000):
                    text = b'{"name":"p%d","version":"1.0.0"}' % n
                    entry = tarfile.TarInfo(f"app/node_modules/p{n}/package.json"); entry.size = len(text)
                    tar.addfile(entry, io.BytesIO(text))
            END
            """);
        Assert.Equal(0, tool.Scan("tar:many.tar").Exit);
    }

    [Theory]
    [InlineData("app/package-lock.json")]
    [InlineData("app/npm-shrinkwrap.json")]
    [InlineData("app/node_modules/a/package.json")]
    [InlineData("app/Pipfile.lock")]
    [InlineData("app/app.deps.json")]
    [InlineData("app/packages.lock.json")]
    [InlineData("app/composer.lock")]
    [InlineData("app/vendor/composer/installed.json")]
    [InlineData("app/poetry.lock")]
    [InlineData("app/uv.lock")]
    [InlineData("app/Cargo.lock")]
    public void NestingOf65535LevelsIsNoted(string path)
    {
        tool.Write("tree/" + path, path.EndsWith(".lock", StringComparison.Ordinal) && !path.Contains("composer", StringComparison.Ordinal) && !path.Contains("Pipfile", StringComparison.Ordinal)
            ? $"[[package]]\nname = {new string('[', 65535)}{new string(']', 65535)}\n"
            : $$"""{"name":"a","version":"1","packages":{{string.Concat(Enumerable.Repeat("{\"a\":[", 32767))}}1{{string.Concat(Enumerable.Repeat("]}", 32767))}}}""");
        var answer = tool.Scan("dir:tree");
        Assert.Equal(0, answer.Exit);
        Assert.Contains(Path.GetFileName(path), answer.Error);
    }

    [Fact]
    public void ABillOfMaterialsOf65535LevelsIsRefused()
    {
        var components = string.Concat(Enumerable.Repeat("""{"type":"library","name":"a","components":[""", 32767)) + string.Concat(Enumerable.Repeat("]}", 32767));
        tool.Write("bom.json", $$"""{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{{components}}]}""");
        tool.Write("open.json", """{"bomFormat":"CycloneDX","x":""" + new string('[', 65535));
        Assert.Equal(3, tool.Scan("sbom:bom.json").Exit);
        Assert.Equal(3, tool.Scan("sbom:open.json").Exit);
    }

    /// <summary>Torn in its last record: read to there in bounded memory, and then refused.</summary>
    [Fact]
    public void ATornBillOfMaterialsOf200MegabytesIsRefused()
    {
        tool.Make("""
            { printf '{"bomFormat":"CycloneDX","specVersion":"1.5","components":['; yes '{"type":"library","name":"left-pad","version":"1.0.0","purl":"pkg:npm/left-pad@1.0.0"},' | head -c 200M || true; printf '{}]}'; } > bom.json
            """);
        var answer = tool.Scan("sbom:bom.json");
        Assert.Equal(3, answer.Exit);
        Assert.Contains("is not JSON", answer.Error);
    }
}
