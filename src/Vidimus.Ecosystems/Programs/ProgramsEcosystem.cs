using Vidimus.Ecosystems.AiModels;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Programs;

/// <summary>The registration of programs that no package manager installed, and of models. Nobody files advisories for them by package, so they have no order here.</summary>
public static class ProgramsEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "generic",
        Collectors = [new ElfNotes(), new NativeImageSbom(), new ProgramVersions(), new GgufModel(), new SafetensorsModel()],
    };
}
