using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Padron.MartenExtensions.Queue;

/// <summary>What a process does with messages. Kinds it has no handler for are left to other processes.</summary>
public sealed class MessageHandlers(MessageTypes types)
{
    readonly Dictionary<string, RegisteredHandler> byKind = new(StringComparer.Ordinal);

    internal MessageTypes Types => types;

    internal IReadOnlyDictionary<string, RegisteredHandler> ByKind => byKind;

    /// <summary>Handles messages of a class.</summary>
    /// <param name="handle">
    /// <para>Runs at least once for each message. What it writes in <see cref="MessageContext.BeginAsync"/>'s transaction commits
    /// together with the message's removal, or not at all: no effect twice.</para>
    /// <para>An effect elsewhere (a file, a provider) can't: the worker may die, or lose its lease, after it and before the removal,
    /// and the message comes again. Such a handler passes <see cref="MessageContext.Id"/> on as idempotency key, or looks
    /// whether the effect is there before it causes it. It should do so before it begins the transaction, which otherwise stays open
    /// for as long as the outside world takes.</para>
    /// <para>Throwing means a later try; <see cref="MessageRejectedException"/> that none would help.</para>
    /// </param>
    /// <param name="policy">How it is tried; <see cref="MessagePolicy.Default"/> when left out.</param>
    public MessageHandlers Add<T>(Func<T, MessageContext, CancellationToken, Task> handle, MessagePolicy? policy = null)
        where T : class
    {
        var type = types.Of(typeof(T));
        byKind.Add(type.Kind, new RegisteredHandler(policy ?? MessagePolicy.Default, (body, context, ct) => handle(Read<T>(body, type.Json), context, ct)));
        return this;
    }

    static T Read<T>(string body, JsonTypeInfo json)
        where T : class
    {
        try
        {
            return (T?)JsonSerializer.Deserialize(body, json) ?? throw new MessageRejectedException("The message's body is null.");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new MessageRejectedException($"The message's body can't be read as {typeof(T).Name}.", error);
        }
    }
}

sealed record RegisteredHandler(MessagePolicy Policy, Func<string, MessageContext, CancellationToken, Task> HandleAsync);

/// <summary>Thrown by a handler for a message that no further try would help: it is a dead letter at once.</summary>
public sealed class MessageRejectedException(string message, Exception? inner = null) : Exception(message, inner);
