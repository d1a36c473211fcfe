using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Padron.MartenExtensions;

/// <summary>The events a program can store and read: each class under its name in snake case (<c>contact_opted_out</c>).</summary>
public sealed class EventTypes
{
    readonly Dictionary<Type, EventType> byClass = [];
    readonly Dictionary<string, EventType> byName = new(StringComparer.Ordinal);

    /// <param name="context">Source-generated metadata of every class in <paramref name="classes"/>.</param>
    /// <param name="classes">The event classes; two of the same name are refused.</param>
    public EventTypes(JsonSerializerContext context, IEnumerable<Type> classes)
    {
        foreach (var type in classes)
        {
            var json = context.GetTypeInfo(type)
                ?? throw new ArgumentException($"{context.GetType().Name} has no [JsonSerializable] for {type.Name}.", nameof(classes));
            var known = new EventType(NameOf(type), $"{type.FullName}, {type.Assembly.GetName().Name}", json);
            byClass.Add(type, known);
            byName.Add(known.Name, known);
        }
    }

    /// <summary>The name a class is stored under, registered or not.</summary>
    public static string NameOf(Type type) => JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name);

    public IEnumerable<string> Names => byName.Keys;

    /// <exception cref="ArgumentException">The class was not registered.</exception>
    public EventType Of(object @event) => byClass.TryGetValue(@event.GetType(), out var type)
        ? type
        : throw new ArgumentException($"{@event.GetType().Name} is not a registered event.", nameof(@event));

    /// <exception cref="UnknownEventTypeException">Nobody registered that name: the event was written by a newer program.</exception>
    public EventType Named(string name) => byName.TryGetValue(name, out var type) ? type : throw new UnknownEventTypeException(name);
}

/// <summary>One class of events and how it is stored.</summary>
/// <param name="Name">Column <c>type</c>: the class name in snake case.</param>
/// <param name="DotnetName">Column <c>mt_dotnet_type</c>: full name and assembly, as Marten writes it.</param>
/// <param name="Json">Reads and writes column <c>data</c>.</param>
public sealed record EventType(string Name, string DotnetName, JsonTypeInfo Json);

/// <summary>The store holds an event of a type that this program does not know.</summary>
public sealed class UnknownEventTypeException(string name)
    : Exception($"The store holds an event of type '{name}', which this program does not know: upgrade padron.");
