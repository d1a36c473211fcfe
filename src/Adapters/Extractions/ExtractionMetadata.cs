using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Padron.Application.Extractions;

namespace Padron.Adapters.Extractions;

/// <summary>What stands in the <c>.json</c> beside a text: programs of others read it, so members are added and never renamed.</summary>
sealed record ExtractionMetadata(
    Guid ExtractionId, string Selection, int Requested, int Obtained, string RequestedBy, DateTimeOffset RequestedAt, int Contacts)
{
    /// <summary>In UTC, so that the same moment is the same bytes.</summary>
    public static ExtractionMetadata Of(ExtractionFileInfo info, int contacts) => new(
        info.ExtractionId,
        info.Selection,
        info.Requested,
        info.Obtained,
        info.RequestedBy,
        info.RequestedAt.ToUniversalTime(),
        contacts);

    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ExtractionMetadataJson.Readable.ExtractionMetadata), (byte)'\n'];
}

[JsonSourceGenerationOptions]
[JsonSerializable(typeof(ExtractionMetadata))]
sealed partial class ExtractionMetadataJson : JsonSerializerContext
{
    /// <summary>Relaxed, so that a person reads "Michoacán" and not <c>Michoac\u00E1n</c>: it is never a part of a web page.</summary>
    public static ExtractionMetadataJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
