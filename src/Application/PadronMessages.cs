using System.Text.Json.Serialization;
using Padron.Application.Extractions;

namespace Padron.Application;

/// <summary>How messages on the durable queue are written. Names and members are the storage format: add, never rename or remove.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunExtraction))]
public sealed partial class PadronMessages : JsonSerializerContext;
