using System.IO.Compression;
using System.Text;
using Padron.Application.Extractions;

namespace Padron.Adapters.Extractions;

/// <summary>One number a line.</summary>
static class ExtractionText
{
    /// <returns>How many numbers were written.</returns>
    public static async Task<int> WriteAsync(Stream stream, IAsyncEnumerable<ExtractedContact> contacts, CancellationToken ct)
    {
        // No byte order mark: a platform that reads numbers would take it for a part of the first one.
        await using var lines = new StreamWriter(stream, Encoding.ASCII, bufferSize: 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        var count = 0;
        await foreach (var contact in contacts.WithCancellation(ct))
        {
            ct.ThrowIfCancellationRequested(); // not every sequence looks at its token
            await lines.WriteLineAsync(contact.Number);
            count++;
        }

        await lines.FlushAsync(ct);
        return count;
    }

    /// <summary>Puts the text, read from its start, and its metadata into one archive.</summary>
    public static async Task ZipAsync(
        Stream stream, string name, Stream text, ReadOnlyMemory<byte> metadata, DateTimeOffset time, CancellationToken ct)
    {
        await using var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ct);
        text.Position = 0;
        await using (var entry = await zip.OpenEntryAsync(name, time, ct))
            await text.CopyToAsync(entry, ct);
        await using (var entry = await zip.OpenEntryAsync(name + ".json", time, ct))
            await entry.WriteAsync(metadata, ct);
    }
}
