using System.Security.Cryptography;
using Padron.Adapters.Extractions;
using Padron.Application.Extractions;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;

namespace Padron.Integration.Tests.Extractions;

/// <summary>A directory of its own for each test, and the sample the files are made of.</summary>
public abstract class ExtractionFiles : IDisposable
{
    // 18:30:00 in Mexico City, where summer time ended in 2022.
    protected static readonly ExtractionFileInfo Info = new(
        Guid.Parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"),
        "Ciudad: Mérida",
        Requested: 5,
        Obtained: 3,
        "Ana Peña",
        new DateTimeOffset(2026, 11, 23, 0, 30, 0, TimeSpan.Zero));

    protected static readonly ExtractedContact[] Three =
    [
        new(PhoneNumber.Mexican(9991234567), "María José Núñez", "Mérida", "Mérida", "Yucatán", "999"),
        new(PhoneNumber.Mexican(5500000001), null, "", "Benito Juárez", "Ciudad de México", "55"),
        new(PhoneNumber.Mexican(3312345678), "O'Brien & <Hijos> \"SA\"", "Zapopan", null, null, "33"),
    ];

    protected string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("padron-files-").FullName;

    protected string[] FileNames => [.. System.IO.Directory.GetFiles(Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    protected string At(string name) => Path.Combine(Directory, name);

    protected Task<WrittenFile> WriteAsync(
        string name,
        ExtractionFormat format,
        IEnumerable<ExtractedContact> contacts,
        ExtractionFileLimits? limits = null,
        ExtractionFileInfo? info = null) => new ExtractionFileWriter(limits ?? new()).WriteAsync(
            At(name), format, info ?? Info, contacts.ToAsyncEnumerable(), CancellationToken.None);

    protected static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    public void Dispose()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        GC.SuppressFinalize(this);
    }
}
