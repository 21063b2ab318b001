namespace Vidimus.Files.FileTree.Images;

/// <summary>Where an image's manifests and blobs are had one by one: a registry's repository. Called from several threads.</summary>
public interface IImageSource : IDisposable
{
    /// <summary>A manifest's or index's bytes, by tag or digest; their digest is verified by the caller where it is known.</summary>
    /// <exception cref="TargetException">It cannot be had.</exception>
    byte[] ReadManifest(string reference);

    /// <summary>A blob's bytes, forward only, of exactly this length; null when the source has none of this digest. They are not verified: a reader that did tells it to <see cref="IVerifiedBlob"/>.</summary>
    /// <exception cref="TargetException">It cannot be had.</exception>
    Stream? OpenBlob(string digest, long size);
}

/// <summary>A stream that wants to know when all of its bytes were read and have the digest under which they were asked for, so that they may be kept.</summary>
public interface IVerifiedBlob
{
    void Verified();
}
