namespace Vidimus.Files.FileTree;

/// <summary>The kinds of target.</summary>
public enum TargetKind
{
    /// <summary>This machine.</summary>
    Host,

    /// <summary>The mounted root of a system.</summary>
    Root,

    /// <summary>Any folder.</summary>
    Directory,

    /// <summary>A file that holds a disk, raw or qcow2.</summary>
    Disk,

    /// <summary>A tar file, plain or compressed by gzip or zstd.</summary>
    Tar,

    /// <summary>A zip file: a function's package, a jar.</summary>
    Zip,

    /// <summary>A commit of a git repository.</summary>
    Git,

    /// <summary>An OCI image layout, a folder or an archive.</summary>
    Oci,

    /// <summary>What <c>docker save</c> writes.</summary>
    DockerArchive,

    /// <summary>An image in a registry.</summary>
    Image,

    /// <summary>An image in the store of podman, buildah and cri-o on this machine.</summary>
    Podman,

    /// <summary>An image in the store of a docker daemon on this machine.</summary>
    Docker,

    /// <summary>An image in containerd's store on this machine.</summary>
    Containerd,

    /// <summary>A bill of materials, CycloneDX JSON.</summary>
    Sbom,
}
