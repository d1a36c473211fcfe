using System.Text.Json;
using System.Text.Json.Serialization;
using Padron.Domain.Imports;

namespace Padron.Api.Imports;

/// <summary>Reads a file for <c>--map</c>: <c>{"table": "clientes", "columns": {"numero": "telefono", "direccion": null}}</c>.</summary>
static class SourceMappingFile
{
    const string Example = """{"table": "clientes", "columns": {"numero": "telefono"}}""";

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">It is no JSON, or has members that nobody knows.</exception>
    public static async Task<SourceMapping> ReadAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}.", path);
        await using var file = File.OpenRead(path);
        try
        {
            return await JsonSerializer.DeserializeAsync(file, MappingJson.Default.SourceMapping, ct) ?? new();
        }
        catch (JsonException error)
        {
            throw new FormatException(
                $"{path} is no mapping ({error.Message}): it has the members table, columns, rankingTable and rankingColumns, as in {Example}.", error);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowTrailingCommas = true,
    ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(SourceMapping))]
sealed partial class MappingJson : JsonSerializerContext;
