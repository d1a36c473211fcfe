using System.Text.Json.Serialization;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.MartenExtensions.Queue;

// What is to be done with a parcel: nothing of Padrón's own, so that the queue is tested without contacts.
public sealed record SendParcel(string Item, int Count = 1);

public sealed record WeighParcel(string Item);

public sealed record BurnParcel(string Item);

/// <summary>A class that no <see cref="MessageTypes"/> knows.</summary>
public sealed record LoseParcel;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SendParcel))]
[JsonSerializable(typeof(WeighParcel))]
[JsonSerializable(typeof(BurnParcel))]
sealed partial class ParcelJson : JsonSerializerContext
{
    public static MessageTypes Types => field ??= new(Default, [typeof(SendParcel), typeof(WeighParcel), typeof(BurnParcel)]);
}
