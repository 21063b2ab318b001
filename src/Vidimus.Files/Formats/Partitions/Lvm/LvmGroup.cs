using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.Formats.Partitions.Lvm;

/// <summary>Makes the logical volumes of a group out of its physical ones.</summary>
internal static class LvmGroup
{
    private const int MostVolumes = 1024;
    private const int MostSegments = 65536;
    private const int Sector = 512;

    /// <summary>Names and volumes of what can be read: linear and striped.</summary>
    /// <param name="disks">All physical volumes at hand.</param>
    /// <param name="note">Told of volumes of other kinds, and of those that lie on disks that are not there.</param>
    public static IEnumerable<(string Group, string Name, Volume Volume)> Volumes(IReadOnlyList<LvmDisk> disks, Action<string, string> note)
    {
        foreach (var copies in disks.Where(d => d.Metadata is not null).GroupBy(d => d.Group))
        {
            // Each disk has a copy; one that missed a change has a lower number.
            var group = copies.MaxBy(d => d.Metadata!.Number("seqno") ?? 0)!.Metadata!;
            var physical = (group.Section("physical_volumes")?.Sections ?? []).ToDictionary(
                p => p.Name,
                p => (Disk: disks.FirstOrDefault(d => d.Id == p.Section.Text("id")?.Replace("-", "", StringComparison.Ordinal)), Start: p.Section.Number("pe_start") ?? -1),
                StringComparer.Ordinal);
            foreach (var (name, section) in (group.Section("logical_volumes")?.Sections ?? []).Take(MostVolumes))
            {
                if (!section.List("status").Contains("VISIBLE")) continue;
                Volume? volume = null;
                try
                {
                    volume = Logical(section, group.Number("extent_size") ?? 0, physical);
                }
                catch (InvalidDataException e)
                {
                    note(Notes.Unsupported, $"the logical volume {PathText.Display($"{copies.Key}/{name}")} is not read: {PathText.Display(e.Message)}");
                }

                if (volume is not null) yield return (copies.Key, name, volume);
            }
        }
    }

    private static LvmVolume Logical(LvmSection section, long extentSectors, Dictionary<string, (LvmDisk? Disk, long Start)> physical)
    {
        if (extentSectors is <= 0 or > 1L << 30) throw new InvalidDataException("the group's extents have no length");
        var segments = new List<LvmSegment>();
        foreach (var (_, segment) in section.Sections.Where(s => s.Name.StartsWith("segment", StringComparison.Ordinal)))
        {
            if (segments.Count == MostSegments) throw new InvalidDataException("it has too many segments");
            segments.Add(Segment(segment, extentSectors * Sector, physical));
        }

        segments.Sort((a, b) => a.Start.CompareTo(b.Start));
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i].Start != (i == 0 ? 0 : segments[i - 1].Start + segments[i - 1].Length)) throw new InvalidDataException("its segments do not follow on one another");
        }

        return segments.Count > 0 ? new(segments) : throw new InvalidDataException("it has no segments");
    }

    private static LvmSegment Segment(LvmSection section, long extent, Dictionary<string, (LvmDisk? Disk, long Start)> physical)
    {
        var type = section.Text("type") ?? "";
        if (type != "striped") throw new InvalidDataException(type switch
        {
            "thin" or "thin-pool" => "it is thinly provisioned",
            "crypt" => "it is encrypted",
            "" => "its metadata is damaged",
            _ => $"it is of the kind {(type.Length > 40 ? type[..40] : type)}",
        });

        var (start, count, stripes) = (section.Number("start_extent") ?? -1, section.Number("extent_count") ?? 0, section.List("stripes"));
        var ways = section.Number("stripe_count") ?? 1;
        if (count <= 0 || ways is < 1 or > 128 || stripes.Count != ways * 2 || count % ways != 0) throw new InvalidDataException("its metadata is damaged");
        var stripe = (section.Number("stripe_size") ?? 0) * Sector;
        if (ways > 1 && (stripe <= 0 || extent % stripe != 0)) throw new InvalidDataException("its metadata is damaged");

        var parts = new (Volume, long)[ways];
        for (var i = 0; i < ways; i++)
        {
            if (stripes[i * 2] is not string name || stripes[(i * 2) + 1] is not long first || !physical.TryGetValue(name, out var on)) throw new InvalidDataException("its metadata is damaged");
            if (on.Disk is null) throw new InvalidDataException("a part of it lies on a disk that is not here");
            parts[i] = (on.Disk.Volume, Bytes(on.Start, Sector) + Bytes(first, extent));
        }

        return new(Bytes(start, extent), Bytes(count, extent), ways > 1 ? stripe : Bytes(count, extent), parts);
    }

    private static long Bytes(long count, long unit) => count >= 0 && count <= (1L << 60) / unit ? count * unit : throw new InvalidDataException("its metadata is damaged");
}

/// <summary>A part of a logical volume: pieces of a length dealt in turn to some disks.</summary>
/// <param name="Parts">Where the segment's share of each disk begins.</param>
internal sealed record LvmSegment(long Start, long Length, long Stripe, (Volume Volume, long Offset)[] Parts);

/// <summary>A linear or striped logical volume.</summary>
internal sealed class LvmVolume(List<LvmSegment> segments) : Volume
{
    public override long Length { get; } = segments[^1].Start + segments[^1].Length;

    public override void Read(long offset, Span<byte> buffer)
    {
        Check(offset, buffer.Length);
        while (!buffer.IsEmpty)
        {
            var segment = At(offset);
            var into = offset - segment.Start;
            var piece = into / segment.Stripe;
            var inPiece = into % segment.Stripe;
            var count = (int)Math.Min(Math.Min(buffer.Length, segment.Stripe - inPiece), segment.Length - into);
            var (volume, start) = segment.Parts[piece % segment.Parts.Length];
            volume.Read(start + (piece / segment.Parts.Length * segment.Stripe) + inPiece, buffer[..count]);
            buffer = buffer[count..];
            offset += count;
        }
    }

    private LvmSegment At(long offset)
    {
        var (low, high) = (0, segments.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (segments[middle].Start <= offset) low = middle + 1;
            else high = middle;
        }

        return segments[low - 1];
    }
}
