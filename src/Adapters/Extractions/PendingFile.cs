using System.Security.Cryptography;

namespace Padron.Adapters.Extractions;

/// <summary>A file being written beside its final name, so that nobody ever picks up half of it.</summary>
sealed class PendingFile : IAsyncDisposable
{
    readonly string path;
    readonly string temporary;

    PendingFile(string path, string temporary)
    {
        this.path = path;
        this.temporary = temporary;
        Stream = new FileStream(temporary, new FileStreamOptions
        {
            // Create, not CreateNew: what a killed process left of this very extraction is overwritten by its retry, not in its way.
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 128 * 1024,
        });
    }

    public FileStream Stream { get; }

    /// <summary>In the same directory, because a rename is atomic only within one file system.</summary>
    public static PendingFile Create(string path, Guid extractionId) => new(path, $"{path}.{extractionId:N}.partial");

    /// <summary>Flushes the file to disk, reads it back for its hash and closes it.</summary>
    public async Task<(long Bytes, string Sha256)> SealAsync(CancellationToken ct)
    {
        await Stream.FlushAsync(ct);
        // Without it a rename may survive a power cut that the content does not.
        RandomAccess.FlushToDisk(Stream.SafeFileHandle);

        // Read back instead of hashed on the way, because a zip goes back to fill in the sizes of its entries.
        Stream.Position = 0;
        var hash = await SHA256.HashDataAsync(Stream, ct);
        var bytes = Stream.Length;
        await Stream.DisposeAsync();
        return (bytes, Convert.ToHexStringLower(hash));
    }

    /// <summary>Gives sealed files their final names: all of them or none. The one to deliver comes last.</summary>
    /// <exception cref="IOException">Somebody made a file of that name meanwhile; it is left alone.</exception>
    public static void Publish(params ReadOnlySpan<PendingFile> files)
    {
        var published = 0;
        try
        {
            foreach (var file in files)
            {
                File.Move(file.temporary, file.path, overwrite: false);
                published++;
            }
        }
        catch
        {
            foreach (var file in files[..published])
                File.Delete(file.path);
            throw;
        }
    }

    /// <summary>Removes the temporary file, if it was not published.</summary>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        File.Delete(temporary);
    }
}
