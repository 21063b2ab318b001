using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Perl;

/// <summary>The registration of <c>cpan</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class PerlEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "cpan",
        Collectors = [new CartonSnapshot(), new CpanInstall()],
    };
}
