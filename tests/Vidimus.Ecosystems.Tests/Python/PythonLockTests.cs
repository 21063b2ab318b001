using Vidimus.Ecosystems.Python;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Python;

public sealed class PythonLockTests
{
    [Fact]
    public void ReadsWhatPoetryLocks()
    {
        RealTool.Require("/usr/bin/python3", "poetry");
        using var folder = Places.Temporary();
        MakeSources(folder);
        File.WriteAllText(Directory.CreateDirectory(folder["app"]).FullName + "/pyproject.toml", """
            [tool.poetry]
            name = "app"
            version = "0.1.0"
            description = ""
            authors = ["x <x@example.org>"]
            [tool.poetry.dependencies]
            python = "^3.11"
            "fixture-pkg.name" = {path = "../whl/Fixture_Pkg.Name-1.2.3-py3-none-any.whl"}
            local = {path = "../local"}
            [build-system]
            requires = ["poetry-core"]
            build-backend = "poetry.core.masonry.api"
            """);
        RealTool.Run("poetry", ["lock", "-n"], folder: folder["app"], environment: new Dictionary<string, string> { ["HOME"] = folder.Path, ["POETRY_VIRTUALENVS_CREATE"] = "false" });

        // The wheel; the folder is the user's own.
        var package = Assert.Single(CollectorRun.Over(folder["app"], new PoetryLock()));
        Assert.Equal("fixture-pkg-name@1.2.3", PythonEcosystem.Ecosystem.NormalizeName(package.Name) + "@" + package.Version);
        Assert.Null(package.Scope);
    }

    [Fact]
    public void ReadsWhatPipenvLocks()
    {
        RealTool.Require("/usr/bin/python3", "pipenv");
        using var folder = Places.Temporary();
        MakeSources(folder);
        var simple = Directory.CreateDirectory(folder["index/simple/fixture-pkg-name"]).FullName;
        foreach (var wheel in Directory.EnumerateFiles(folder["whl"])) File.Copy(wheel, Path.Combine(simple, Path.GetFileName(wheel)));
        using var server = new FileServer(folder["index"]);
        File.WriteAllText(Directory.CreateDirectory(folder["app"]).FullName + "/Pipfile", $$"""
            [[source]]
            url = "{{server.Address}}/simple"
            verify_ssl = false
            name = "local"
            [packages]
            "fixture-pkg.name" = "*"
            [dev-packages]
            local = {path = "../local", editable = true}
            """);
        RealTool.Bash($"""
            cd '{folder["app"]}'
            /usr/bin/python3 -m venv --without-pip --system-site-packages v
            HOME='{folder.Path}' VIRTUAL_ENV="$PWD/v" PATH="$PWD/v/bin:/usr/bin:/bin" pipenv lock --pypi-mirror {server.Address}/simple 2>&1
            """);

        var package = Assert.Single(CollectorRun.Over(folder["app"], new PipfileLock()));
        Assert.Equal("fixture-pkg.name@1.2.3", CollectorRun.Name(package));
        Assert.Null(package.Scope);
    }

    [Fact]
    public void ReadsGroupsOfAPipfileLock()
    {
        // Written by hand from pipenv's documentation: groups of the user's own, git entries, a group of a wrong type.
        var file = new TestFile("Pipfile.lock", """
            {"_meta":{"hash":{}},"default":{"a":{"version":"==1.0"},"g":{"git":"https://host.example/g.git","ref":"abc"},"e":{"editable":true,"path":"."}},
             "develop":{"a":{"version":"==1.0"},"b":{"version":"==2.0"}},"docs":{"c":{"version":"==3.0"}},"wrong":[]}
            """);
        Assert.Equal(["a@1.0:", "g@:", "b@2.0:dev", "c@3.0:docs"], file.Packages(new PipfileLock()).Select(p => $"{CollectorRun.Name(p)}:{p.Scope}"));
        Assert.Empty(file.Notes);
    }

    [Fact]
    public void ReadsScopesOfEveryPoetry()
    {
        // Written by hand: 1.x before 1.5 has "category", 2.x has "groups".
        var file = new TestFile("poetry.lock", """
            [[package]]
            name = "a"
            version = "1.0"
            category = "dev"
            optional = false

            [[package]]
            name = "b"
            version = "1.0"
            optional = true
            groups = ["main", "dev"]
            [package.source]
            type = "git"
            url = "https://host.example/b.git"

            [[package]]
            name = "c"
            version = "1.0"
            groups = ["docs"]

            [[package]]
            name = "d"
            version = "1.0"
            [package.source]
            type = "directory"
            url = "d"

            [[package]]
            name = "broken"

            [metadata]
            lock-version = "2.1"
            """);
        Assert.Equal(["a:dev", "b:optional", "c:docs"], file.Packages(new PoetryLock()).Select(p => $"{p.Name}:{p.Scope}"));
        Assert.Single(file.Notes);
    }

    [Fact]
    public void ReadsAUvLock()
    {
        // Written by hand from uv's documentation: there is no uv to run here.
        var file = new TestFile("uv.lock", """
            version = 1
            revision = 2
            requires-python = ">=3.11"
            resolution-markers = ["python_full_version >= '3.12'"]

            [[package]]
            name = "app"
            version = "0.1.0"
            source = { virtual = "." }
            dependencies = [{ name = "numpy", version = "1.26.4", source = { registry = "https://index.example/simple" }, marker = "python_full_version < '3.12'" }]

            [package.dev-dependencies]
            dev = [{ name = "pytest" }]

            [[package]]
            name = "member"
            source = { editable = "packages/member" }

            [[package]]
            name = "numpy"
            version = "1.26.4"
            source = { registry = "https://index.example/simple" }
            sdist = { url = "https://files.example/numpy-1.26.4.tar.gz", hash = "sha256:00", size = 1 }
            wheels = [
                { url = "https://files.example/numpy-1.26.4-cp311.whl", hash = "sha256:00", size = 1 },
            ]

            [[package]]
            name = "numpy"
            version = "2.0.0"
            source = { registry = "https://index.example/simple" }

            [[package]]
            name = "pytest"
            version = "8.0.0"
            source = { git = "https://host.example/pytest?rev=8.0.0#abc" }
            """);
        Assert.Equal(["numpy@1.26.4", "numpy@2.0.0", "pytest@8.0.0"], CollectorRun.Names(file.Packages(new UvLock())));
        Assert.Empty(file.Notes);
    }

    /// <summary>A wheel below <c>whl</c>, the source of another distribution in <c>local</c>.</summary>
    private static void MakeSources(TemporaryFolder folder)
    {
        File.WriteAllText(Directory.CreateDirectory(folder["src"]).FullName + "/setup.py", """from setuptools import setup; setup(name="Fixture_Pkg.Name", version="1.2.3", py_modules=[])""");
        File.WriteAllText(Directory.CreateDirectory(folder["local"]).FullName + "/setup.py", """from setuptools import setup; setup(name="local", version="0.0.1", py_modules=[])""");
        RealTool.Run("/usr/bin/python3", ["-m", "pip", "wheel", "-q", "--no-index", "--no-build-isolation", "--no-deps", "-w", folder["whl"], folder["src"]]);
    }
}
