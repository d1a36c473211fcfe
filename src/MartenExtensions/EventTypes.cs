using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Marten;

namespace Padron.MartenExtensions;

/// <summary>How a Marten store names and writes its events, for statements that write rows of events by themselves.</summary>
public sealed class EventTypes
{
    static readonly ConditionalWeakTable<IDocumentStore, EventTypes> Known = [];

    readonly Dictionary<Type, EventType> byClass = [];
    readonly Dictionary<string, EventType> byName = new(StringComparer.Ordinal);

    EventTypes(IDocumentStore store)
    {
        var json = MartenSettings.JsonOf(store);
        foreach (var known in store.Options.Events.AllKnownEventTypes())
        {
            if (!json.TryGetTypeInfo(known.EventType, out var info))
                continue; // an event of Marten's own
            var type = new EventType(known.EventTypeName, known.DotNetTypeName, info);
            byClass.Add(known.EventType, type);
            byName.Add(type.Name, type);
        }
    }

    /// <summary>Those of a store; built once.</summary>
    public static EventTypes Of(IDocumentStore store) => Known.GetValue(store, static store => new(store));

    /// <summary>The name under which Marten stores a class: snake case (<c>contact_opted_out</c>).</summary>
    public static string NameOf(Type type) => JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name);

    /// <exception cref="ArgumentException">The class was not registered with the store.</exception>
    public EventType Of(object @event) => byClass.TryGetValue(@event.GetType(), out var type)
        ? type
        : throw new ArgumentException($"{@event.GetType().Name} is not a registered event.", nameof(@event));

    /// <exception cref="UnknownEventTypeException">Nobody registered that name: the event was written by a newer program.</exception>
    public EventType Named(string name) => byName.TryGetValue(name, out var type) ? type : throw new UnknownEventTypeException(name);
}

/// <summary>One class of events and how it is stored.</summary>
/// <param name="Name">Column <c>type</c>: the class name in snake case.</param>
/// <param name="DotnetName">Column <c>mt_dotnet_type</c>: full name and assembly.</param>
/// <param name="Json">Reads and writes column <c>data</c>.</param>
public sealed record EventType(string Name, string DotnetName, JsonTypeInfo Json);

/// <summary>The store holds an event of a type that this program does not know.</summary>
public sealed class UnknownEventTypeException(string name)
    : Exception($"The store holds an event of type '{name}', which this program does not know: upgrade padron.");
