using System.Text.Json.Serialization;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.MartenExtensions;

// What happens to a box: nothing of Padrón's own, so that the store is tested without contacts.
public sealed record BoxOpened(string Label, string? Shelf = null);

public sealed record ItemPut(string Item, int Count = 1);

public sealed record BoxSealed(DateTimeOffset At);

/// <summary>A class that no <see cref="EventTypes"/> knows.</summary>
public sealed record BoxLost;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BoxOpened))]
[JsonSerializable(typeof(ItemPut))]
[JsonSerializable(typeof(BoxSealed))]
sealed partial class BoxJson : JsonSerializerContext
{
    // Made when first asked for: Default, in the generated part, may be initialised after a static of this one.
    public static EventTypes Types => field ??= new(Default, [typeof(BoxOpened), typeof(ItemPut), typeof(BoxSealed)]);
}

/// <summary>Thrown by a test's own work, to roll its transaction back.</summary>
sealed class ChangedMyMindException() : Exception("I changed my mind.");
