using System.Text.Json.Serialization;
using JasperFx;
using Marten;
using Npgsql;
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
    public static DocumentStore StoreOver(NpgsqlDataSource dataSource, AutoCreate create = AutoCreate.None) => DocumentStore.For(options =>
    {
        MartenSettings.ApplyTo(options, Default.Options);
        options.Connection(dataSource);
        options.AutoCreateSchemaObjects = create;
        options.Events.AddEventTypes([typeof(BoxOpened), typeof(ItemPut), typeof(BoxSealed)]);
    });

    public static EventSessions SessionsOver(NpgsqlDataSource dataSource) => new(dataSource, new Lazy<IDocumentStore>(() => StoreOver(dataSource)));
}

/// <summary>Thrown by a test's own work, to roll its transaction back.</summary>
sealed class ChangedMyMindException() : Exception("I changed my mind.");
