using Padron.Domain.Extractions;

namespace Padron.Application.Extractions;

/// <summary>Where the files of extractions lie that nobody waits for: one an extraction, readable by the owner alone.</summary>
/// <param name="Directory">Made when the first file is written.</param>
/// <param name="KeptFor">How long a file is served after its delivery; null: for ever.</param>
public sealed record ExtractionSpool(string Directory, TimeSpan? KeptFor = null)
{
    public string PathOf(Guid extractionId, ExtractionFormat format) =>
        Path.Combine(Directory, NameOf(extractionId) + (format is ExtractionFormat.Xlsx ? ".xlsx" : ".txt"));

    /// <summary>The file that was delivered: the one asked for, or the zip a large text became. Null when there is none yet.</summary>
    public string? Find(Guid extractionId, ExtractionFormat format)
    {
        var path = PathOf(extractionId, format);
        return File.Exists(path) ? path : File.Exists(path + ".zip") ? path + ".zip" : null;
    }

    /// <summary>Since when the file of an extraction is no longer served; null when it still is.</summary>
    public DateTimeOffset? ExpiredAt(DateTimeOffset? deliveredAt, DateTimeOffset now) =>
        deliveredAt + KeptFor is { } end && end <= now ? end : null;

    /// <summary>Removes what a try that was killed had finished but not recorded; the next one writes the same from the manifest.</summary>
    public void Clear(Guid extractionId, ExtractionFormat format)
    {
        if (!OperatingSystem.IsWindows())
            System.IO.Directory.CreateDirectory(Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        else
            System.IO.Directory.CreateDirectory(Directory);
        var path = PathOf(extractionId, format);
        foreach (var left in (string[])[path, path + ".json", path + ".zip"])
            File.Delete(left);
    }

    /// <summary>Extractions that have files here.</summary>
    internal IReadOnlySet<Guid> Extractions() => !System.IO.Directory.Exists(Directory) ? new HashSet<Guid>()
        : System.IO.Directory.EnumerateFiles(Directory)
            .Select(path => Guid.TryParseExact(Path.GetFileName(path).Split('.')[0], "N", out var id) ? id : (Guid?)null)
            .OfType<Guid>()
            .ToHashSet();

    /// <summary>Every file of an extraction, what a killed try had begun included.</summary>
    internal string[] FilesOf(Guid extractionId) => System.IO.Directory.GetFiles(Directory, NameOf(extractionId) + ".*");

    static string NameOf(Guid extractionId) => extractionId.ToString("N");
}
