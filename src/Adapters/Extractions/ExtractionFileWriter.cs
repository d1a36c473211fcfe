using Padron.Application.Extractions;
using Padron.Domain.Extractions;

namespace Padron.Adapters.Extractions;

/// <summary>Writes an extraction's file under a temporary name, flushes it to disk and only then gives it its own.</summary>
public sealed class ExtractionFileWriter(ExtractionFileLimits limits) : IExtractionFileWriter
{
    public void RequireFree(string path, ExtractionFormat format)
    {
        // Which of a text's three files there will be is known at the end only, and finding one in the way then would waste the whole run.
        if (format is ExtractionFormat.Txt)
            RefuseToOverwrite(path, JsonOf(path), ZipOf(path));
        else
            RefuseToOverwrite(path);
    }

    public Task<WrittenFile> WriteAsync(
        string path,
        ExtractionFormat format,
        ExtractionFileInfo info,
        IAsyncEnumerable<ExtractedContact> contacts,
        CancellationToken ct) => format switch
        {
            ExtractionFormat.Xlsx => WriteWorkbookAsync(path, info, contacts, ct),
            ExtractionFormat.Txt => WriteTextAsync(path, info, contacts, ct),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such file format."),
        };

    async Task<WrittenFile> WriteWorkbookAsync(
        string path, ExtractionFileInfo info, IAsyncEnumerable<ExtractedContact> contacts, CancellationToken ct)
    {
        RequireFree(path, ExtractionFormat.Xlsx);
        await using var workbook = PendingFile.Create(path, info.ExtractionId);
        var count = await ExtractionWorkbook.WriteAsync(workbook.Stream, info, contacts, limits.ContactsPerSheet, ct);
        var sealedFile = await workbook.SealAsync(ct);
        PendingFile.Publish(workbook);
        return new(path, sealedFile.Bytes, sealedFile.Sha256, count);
    }

    async Task<WrittenFile> WriteTextAsync(
        string path, ExtractionFileInfo info, IAsyncEnumerable<ExtractedContact> contacts, CancellationToken ct)
    {
        RequireFree(path, ExtractionFormat.Txt);
        await using var text = PendingFile.Create(path, info.ExtractionId);
        var count = await ExtractionText.WriteAsync(text.Stream, contacts, ct);
        var metadata = ExtractionMetadata.Of(info, count).ToJson();

        if (text.Stream.Length > limits.PlainTextBytes)
        {
            await using var zip = PendingFile.Create(ZipOf(path), info.ExtractionId);
            await ExtractionText.ZipAsync(zip.Stream, Path.GetFileName(path), text.Stream, metadata, info.RequestedAt, ct);
            var sealedZip = await zip.SealAsync(ct);
            PendingFile.Publish(zip);
            return new(ZipOf(path), sealedZip.Bytes, sealedZip.Sha256, count);
        }

        await using var json = PendingFile.Create(JsonOf(path), info.ExtractionId);
        await json.Stream.WriteAsync(metadata, ct);
        await json.SealAsync(ct);
        var sealedText = await text.SealAsync(ct);
        PendingFile.Publish(json, text);
        return new(path, sealedText.Bytes, sealedText.Sha256, count);
    }

    static string JsonOf(string path) => path + ".json";

    static string ZipOf(string path) => path + ".zip";

    static void RefuseToOverwrite(params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (Path.Exists(path))
                throw new IOException($"'{path}' exists already, and an extraction never overwrites a file.");
        }
    }
}
