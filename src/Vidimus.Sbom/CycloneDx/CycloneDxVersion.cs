namespace Vidimus.Sbom.CycloneDx;

/// <summary>The versions of CycloneDX that are written.</summary>
public enum CycloneDxVersion : byte
{
    V14,
    V15,
    V16,
}
