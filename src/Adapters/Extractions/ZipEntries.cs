using System.IO.Compression;

namespace Padron.Adapters.Extractions;

static class ZipEntries
{
    /// <summary>Begins an entry that is compressed straight into the archive; the one before it has to be closed.</summary>
    /// <remarks>
    /// It is dated in Mexico City, because a zip knows no time zone. The time is given, because the archive would take the clock's, and a
    /// file made twice would differ.
    /// </remarks>
    public static async Task<Stream> OpenEntryAsync(this ZipArchive zip, string name, DateTimeOffset time, CancellationToken ct)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = MexicoCity.At(time);
        return await entry.OpenAsync(ct);
    }
}
