using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Padron.MartenExtensions.Queue;

/// <summary>The messages a program can enqueue and handle: each class under its name in snake case (<c>send_confirmation</c>).</summary>
public sealed class MessageTypes
{
    /// <summary>Of a program that has no messages.</summary>
    public static readonly MessageTypes None = new();

    readonly Dictionary<Type, MessageType> byClass = [];

    /// <param name="context">Source-generated metadata of every class in <paramref name="classes"/>.</param>
    /// <param name="classes">The message classes; two of the same name are refused.</param>
    public MessageTypes(JsonSerializerContext context, IEnumerable<Type> classes)
    {
        foreach (var type in classes)
        {
            var json = context.GetTypeInfo(type)
                ?? throw new ArgumentException($"{context.GetType().Name} has no [JsonSerializable] for {type.Name}.", nameof(classes));
            var kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name);
            if (byClass.Values.Any(known => known.Kind == kind))
                throw new ArgumentException($"Two message classes are named {type.Name}.", nameof(classes));
            byClass.Add(type, new MessageType(kind, json));
        }
    }

    MessageTypes()
    {
    }

    public IEnumerable<string> Kinds => byClass.Values.Select(type => type.Kind);

    /// <exception cref="ArgumentException">The class was not registered.</exception>
    public MessageType Of(Type messageClass) => byClass.TryGetValue(messageClass, out var type)
        ? type
        : throw new ArgumentException($"{messageClass.Name} is not a registered message.", nameof(messageClass));
}

/// <summary>One class of messages and how it is stored.</summary>
/// <param name="Kind">Column <c>kind</c>: the class name in snake case.</param>
/// <param name="Json">Reads and writes column <c>body</c>.</param>
public sealed record MessageType(string Kind, JsonTypeInfo Json);
