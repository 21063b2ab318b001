using Vidimus.Ecosystems.EditorExtensions;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.EditorExtensions;

/// <summary>Written by hand from the extension manifest's documentation.</summary>
public sealed class EditorExtensionManifestTests
{
    private const string Manifest = """{"name": "python", "displayName": "Python", "publisher": "ms-python", "version": "2024.2.1", "license": "MIT", "engines": {"vscode": "^1.82.0"}}""";

    [Fact]
    public void NamesAnInstalledExtension()
    {
        var package = Assert.IsType<Package>(Assert.Single(new TestFile("home/ada/.vscode/extensions/ms-python.python-2024.2.1/package.json", Manifest).Collect(new EditorExtensionManifest())));
        Assert.Equal("pkg:vscode-extension/ms-python/python@2024.2.1", Purls.Of(package, null).ToString());
        Assert.Equal(["MIT"], package.Licenses);
    }

    [Fact]
    public void WhatHasNoPublisherIsANote()
    {
        var file = new TestFile("root/.cursor/extensions/x/package.json", """{"name": "x"}""");
        Assert.Empty(file.Collect(new EditorExtensionManifest()));
        Assert.Single(file.Notes);
    }

    [Fact]
    public void ATornManifestIsANote()
    {
        for (var length = 0; length < Manifest.Length; length++)
        {
            var file = new TestFile("root/.vscode/extensions/x/package.json", Manifest[..length]);
            Assert.Empty(file.Collect(new EditorExtensionManifest()));
            Assert.NotEmpty(file.Notes);
        }
    }
}
