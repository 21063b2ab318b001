using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Images;
using Vidimus.Model.Files;
using Vidimus.Testing;

namespace Vidimus.Registry.Tests;

/// <summary>Against Debian's docker-registry, filled by skopeo; what is read is held against the OCI layout that was pushed.</summary>
public class RealRegistryTests
{
    [Theory]
    [InlineData("", "lay:one")]
    [InlineData("--format v2s2", "lay:one")]
    [InlineData("", "zst:one")]
    public void ReadsWhatSkopeoPushes(string options, string from)
    {
        using var folder = Places.Temporary();
        using var registry = new DockerRegistry(folder);
        RealTool.Bash($"skopeo copy -q --dest-tls-verify=false {options} oci:{from} docker://{registry.Host}/team/app:1", SampleImage.Folder.Path);

        using var image = Open($"{registry.Host}/team/app:1", folder);
        Assert.Equal(SampleImage.Expected(), SampleImage.Content(image));
        Assert.Equal(RealTool.Bash($"skopeo inspect --tls-verify=false docker://{registry.Host}/team/app:1 | jq -r '.Digest, .Layers[]'").TrimEnd().Split('\n'), image.Layers.Select(layer => layer.Digest).Prepend(image.Digest));

        using var byDigest = Open($"{registry.Host}/team/app@{image.Digest}", folder);
        Assert.Equal(image.Digest, byDigest.Digest);
        Assert.Contains($"no team/app with the image 2", Assert.Throws<TargetException>(() => Open($"{registry.Host}/team/app:2", folder)).Message);
        Assert.Contains("no team/none", Assert.Throws<TargetException>(() => Open($"{registry.Host}/team/none:1", folder)).Message);
    }

    [Fact]
    public void ChoosesAPlatform()
    {
        using var folder = Places.Temporary();
        using var registry = new DockerRegistry(folder);
        RealTool.Bash($"skopeo copy -q --all --dest-tls-verify=false oci:multi:all docker://{registry.Host}/app; skopeo copy -q --dest-tls-verify=false oci:lay:one docker://{registry.Host}/one", SampleImage.Folder.Path);

        foreach (var (platform, tag) in new[] { ("linux/amd64", "one"), ("linux/arm64", "arm"), ("linux/arm64/v8", "arm") })
        {
            Assert.True(ImagePlatform.TryParse(platform, out var wanted));
            using var image = Open($"{registry.Host}/app", folder, wanted);
            Assert.Equal(SampleImage.ManifestOf(tag), image.Digest);
        }

        var error = Assert.Throws<TargetException>(() => Open($"{registry.Host}/app", folder, new("linux", "s390x"))).Message;
        Assert.Contains("no image for linux/s390x", error);
        Assert.Contains("linux/amd64, linux/arm64/v8", error);
        Assert.Contains("linux/amd64 alone", Assert.Throws<TargetException>(() => Open($"{registry.Host}/one", folder, new("linux", "s390x"))).Message);
    }

    [Fact]
    public void LogsInAsTheUsersConfigurationSays()
    {
        RealTool.Require("htpasswd");
        using var folder = Places.Temporary();
        RealTool.Bash("htpasswd -Bbn alice s3cret-word > passwords", folder.Path);
        using var registry = new DockerRegistry(folder, $"auth: {{htpasswd: {{realm: test, path: '{folder["passwords"]}'}}}}");
        RealTool.Bash($"skopeo copy -q --dest-tls-verify=false --dest-creds alice:s3cret-word oci:lay:one docker://{registry.Host}/team/app:1", SampleImage.Folder.Path);
        RealTool.Bash($"skopeo login --tls-verify=false --authfile auth.json -u alice -p s3cret-word {registry.Host} > /dev/null; mkdir docker; cp auth.json docker/config.json", folder.Path);
        var name = $"{registry.Host}/team/app:1";

        foreach (var variables in new Dictionary<string, string>[] { new() { ["REGISTRY_AUTH_FILE"] = folder["auth.json"] }, new() { ["DOCKER_CONFIG"] = folder["docker"] } })
        {
            using var image = Open(name, folder, variables: variables);
            Assert.Equal(SampleImage.Expected(), SampleImage.Content(image));
        }

        var none = Assert.Throws<TargetException>(() => Open(name, folder)).Message;
        Assert.Contains("401", none);
        Assert.Contains("no docker or podman login was found", none);

        var auth = Convert.ToBase64String("alice:wrong-word"u8);
        File.WriteAllText(folder["wrong.json"], $$"""{"auths":{"{{registry.Host}}":{"auth":"{{auth}}"} } }""");
        var wrong = Assert.Throws<TargetException>(() => Open(name, folder, variables: new() { ["REGISTRY_AUTH_FILE"] = folder["wrong.json"] })).Message;
        Assert.Contains(folder["wrong.json"], wrong);
        Assert.DoesNotContain("wrong-word", wrong);
        Assert.DoesNotContain(auth, wrong);
    }

    [Fact]
    public void AsksTheUsersCredentialHelper()
    {
        RealTool.Require("htpasswd");
        using var folder = Places.Temporary();
        RealTool.Bash("htpasswd -Bbn alice s3cret-word > passwords; mkdir bin", folder.Path);
        using var registry = new DockerRegistry(folder, $"auth: {{htpasswd: {{realm: test, path: '{folder["passwords"]}'}}}}");
        RealTool.Bash($"skopeo copy -q --dest-tls-verify=false --dest-creds alice:s3cret-word oci:lay:one docker://{registry.Host}/team/app:1", SampleImage.Folder.Path);
        Helper("good", $$"""read -r server; echo "$@ $server" >> {{folder["asked"]}}; echo '{"ServerURL":"x","Username":"alice","Secret":"s3cret-word"}'""");
        Helper("slow", "sleep 60");
        Helper("sad", "echo 's3cret-word is not for you'; exit 1");
        Helper("mad", "echo s3cret-word");
        var name = $"{registry.Host}/team/app:1";

        foreach (var config in new[] { $$"""{"credHelpers":{"{{registry.Host}}":"good"} }""", """{"credsStore":"good"}""" })
        {
            using var image = Open(name, folder, variables: With(config));
            Assert.Equal(2, image.Layers.Count);
        }

        // The name goes by standard input; nothing but the verb is an argument.
        Assert.Equal([$"get {registry.Host}", $"get {registry.Host}"], File.ReadAllLines(folder["asked"]));
        foreach (var (helper, says) in new[] { ("slow", "longer than"), ("sad", "exit 1"), ("mad", "JSON"), ("missing", "not on PATH"), ("../bin/good", "a name that none has") })
        {
            var error = Assert.Throws<TargetException>(() => Open(name, folder, variables: With($$"""{"credsStore":"{{helper}}"}"""))).Message;
            Assert.Contains(says, error);
            Assert.DoesNotContain("s3cret", error);
        }

        void Helper(string helper, string script)
        {
            var path = folder[$"bin/docker-credential-{helper}"];
            File.WriteAllText(path, $"#!/bin/bash\n{script}\n");
            RealTool.Run("chmod", ["+x", path]);
        }

        Dictionary<string, string> With(string config)
        {
            File.WriteAllText(folder["config.json"], config);
            return new() { ["REGISTRY_AUTH_FILE"] = folder["config.json"], ["PATH"] = $".:{folder["bin"]}" };
        }
    }

    [Fact]
    public void AsksMirrorsFirstAndTheRegistryWhenTheyHaveNothing()
    {
        using var folder = Places.Temporary();
        using var registry = new DockerRegistry(folder);
        RealTool.Bash($"skopeo copy -q --dest-tls-verify=false oci:lay:one docker://{registry.Host}/hub/library/app:1; skopeo copy -q --dest-tls-verify=false oci:lay:one docker://{registry.Host}/own:1", SampleImage.Folder.Path);

        using (var mirrored = Open("app:1", folder, options: new() { Mirrors = [new("docker.io", registry.Host, "hub/")] })) Assert.Equal(SampleImage.Expected(), SampleImage.Content(mirrored));
        using var fallen = Open($"{registry.Host}/own:1", folder, options: new() { Mirrors = [new(registry.Host, registry.Host, "nothing/")] });
        Assert.Equal(SampleImage.Expected(), SampleImage.Content(fallen));
    }

    /// <summary>Opens an image with a home of the test's own.</summary>
    private static IImage Open(string name, TemporaryFolder folder, ImagePlatform? platform = null, Dictionary<string, string>? variables = null, RegistryOptions? options = null)
    {
        Assert.True(ImageReference.TryParse(name, out var reference));
        options = (options ?? new()) with { Environment = variable => variables?.GetValueOrDefault(variable) ?? (variable is "HOME" ? folder["home"] : null), HelperLimit = TimeSpan.FromSeconds(3), BlobFolder = folder["blobs"] };
        return RegistryImage.Open(reference, platform, options, TestContext.Current.CancellationToken);
    }
}
