using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Images;
using Vidimus.Model.Files;
using Vidimus.Registry.Blobs;
using Vidimus.Registry.Credentials;
using Vidimus.Registry.Http;

namespace Vidimus.Registry;

/// <summary>Opens an image in a registry. Manifests and configuration are fetched at once; a layer is fetched when it is walked, and read while it comes.</summary>
public static class RegistryImage
{
    /// <param name="platform">Which of an index's images; null for this machine's, or the only one.</param>
    /// <param name="cancel">Also stops the reading of layers, as long as the image is open.</param>
    /// <exception cref="TargetException">It can't be had; one sentence, without secrets.</exception>
    public static IImage Open(ImageReference reference, ImagePlatform? platform, RegistryOptions options, CancellationToken cancel)
        => Of(reference, () => OciImage.Open(new Source(reference, options, cancel), reference.Version, platform));

    /// <summary>The platforms that an image is made for; empty where it is one image and no index.</summary>
    /// <exception cref="TargetException">It can't be had; one sentence, without secrets.</exception>
    public static IReadOnlyList<ImagePlatform> PlatformsOf(ImageReference reference, RegistryOptions options, CancellationToken cancel)
        => Of(reference, () => OciImage.Platforms(new Source(reference, options, cancel), reference.Version));

    /// <summary>What is signed and lies beside an image.</summary>
    /// <param name="digest">Of the image of an index that was chosen; null where there is no index.</param>
    /// <exception cref="TargetException">The image can't be had; one sentence, without secrets.</exception>
    public static RegistryAttestations AttestationsOf(ImageReference reference, string? digest, RegistryOptions options, CancellationToken cancel)
        => Of(reference, () =>
        {
            using var source = new Source(reference, options, cancel);
            return new AttestationReader(source).Read(reference.Version, digest);
        });

    private static T Of<T>(ImageReference reference, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is RegistryException or InvalidDataException)
        {
            throw new TargetException($"{reference} can't be read: {e.Message}", e);
        }
        catch (TargetException e) when (!e.Message.Contains(reference.ToString(), StringComparison.Ordinal))
        {
            throw new TargetException($"{reference}: {e.Message}", e);
        }
    }

    /// <summary>The mirrors in the user's order and the registry itself, of which the first that answers is taken.</summary>
    internal sealed class Source : IImageSource
    {
        private readonly RegistryOptions options;
        private readonly CancellationToken cancel;
        private readonly BlobFolder? blobs;
        private readonly List<Repository> repositories;

        public Source(ImageReference reference, RegistryOptions options, CancellationToken cancel)
        {
            this.options = options;
            this.cancel = cancel;
            blobs = options.BlobFolder is null ? null : new(options.BlobFolder, options.LargestBlobFolder);
            var credentials = new CredentialStore(options);
            var mirrors = options.Mirrors.Where(mirror => mirror.Of == reference.Host);
            repositories = [.. mirrors.Select(mirror => new Repository(mirror.Host, mirror.Folder + reference.Repository, options, credentials, cancel)), new(reference.Host, reference.Repository, options, credentials, cancel)];
        }

        public byte[] ReadManifest(string reference)
        {
            while (true)
            {
                try
                {
                    return repositories[0].ReadManifest(reference);
                }
                catch (RegistryException) when (repositories.Count > 1)
                {
                    repositories[0].Dispose();
                    repositories.RemoveAt(0);
                }
            }
        }

        /// <summary>The list of what refers to a digest, of the repository that manifests are read from; null where it keeps none.</summary>
        public byte[]? ReadReferrers(string digest) => repositories[0].ReadReferrers(digest);

        public Stream? OpenBlob(string digest, long size)
        {
            RegistryException? trouble = null;
            foreach (var repository in repositories)
            {
                var stream = new BlobStream(repository, digest, size, blobs?.Open(digest, size), options, cancel);
                try
                {
                    if (stream.Begin()) return stream;
                }
                catch (RegistryException e)
                {
                    trouble = e;
                }
                catch
                {
                    stream.Dispose();
                    throw;
                }

                stream.Dispose();
            }

            return trouble is null ? null : throw new TargetException(trouble.Message, trouble);
        }

        public void Dispose()
        {
            repositories.ForEach(repository => repository.Dispose());
            blobs?.Trim();
        }
    }
}
