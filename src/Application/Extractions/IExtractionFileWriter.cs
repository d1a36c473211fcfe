using Padron.Domain.Extractions;

namespace Padron.Application.Extractions;

/// <summary>Writes the contacts of an extraction to a file, in as little memory for a million as for ten.</summary>
public interface IExtractionFileWriter
{
    /// <summary>Asks early what <see cref="WriteAsync"/> would refuse: a file that is there already.</summary>
    /// <exception cref="IOException">A file is in the way.</exception>
    void RequireFree(string path, ExtractionFormat format);

    /// <summary>The file appears whole, under its final name, or not at all: neither failure nor cancellation leaves anything.</summary>
    /// <remarks>
    /// The directory of <paramref name="path"/> exists. Text has its metadata beside it (<c>path.json</c>), or both are in <c>path.zip</c>
    /// when the text is large, so the answer says which file to deliver.
    /// </remarks>
    /// <exception cref="IOException">A file is there already. Said before the first contact is read, and nothing is touched.</exception>
    Task<WrittenFile> WriteAsync(
        string path,
        ExtractionFormat format,
        ExtractionFileInfo info,
        IAsyncEnumerable<ExtractedContact> contacts,
        CancellationToken ct);
}

/// <summary>The file to deliver.</summary>
/// <param name="Path">What was asked for, or the zip it became.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Of the bytes of <paramref name="Path"/>, in lower-case hexadecimal.</param>
/// <param name="Contacts">Contacts written: the caller compares it with what was claimed.</param>
public sealed record WrittenFile(string Path, long Bytes, string Sha256, int Contacts);
