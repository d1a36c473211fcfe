using System.Text.Json;
using System.Text.Json.Serialization;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;

namespace Padron.Domain;

/// <summary>How events are written as JSON: camelCase, enums in snake case, absent values left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(SnakeCaseConverter<VerificationMethod>), typeof(SnakeCaseConverter<InvalidationReason>), typeof(SnakeCaseConverter<OptOutMethod>),
        typeof(SnakeCaseConverter<ReleaseReason>),
        typeof(SnakeCaseConverter<RejectionReason>), typeof(SnakeCaseConverter<ExtractionFormat>), typeof(SnakeCaseConverter<SelectionKind>),
    ])]
[JsonSerializable(typeof(ContactImported))]
[JsonSerializable(typeof(ContactRegistered))]
[JsonSerializable(typeof(ContactDetailsChanged))]
[JsonSerializable(typeof(ContactVerified))]
[JsonSerializable(typeof(ContactNotMobile))]
[JsonSerializable(typeof(ContactInvalidated))]
[JsonSerializable(typeof(ContactExtracted))]
[JsonSerializable(typeof(ContactReleased))]
[JsonSerializable(typeof(ContactSent))]
[JsonSerializable(typeof(ContactWithdrawn))]
[JsonSerializable(typeof(ContactOptedOut))]
[JsonSerializable(typeof(ContactOptedIn))]
[JsonSerializable(typeof(ImportStarted))]
[JsonSerializable(typeof(ImportResumed))]
[JsonSerializable(typeof(ImportInterrupted))]
[JsonSerializable(typeof(ImportCompleted))]
[JsonSerializable(typeof(ImportAbandoned))]
[JsonSerializable(typeof(ImportValidated))]
[JsonSerializable(typeof(ImportPrepared))]
[JsonSerializable(typeof(ImportSampled))]
[JsonSerializable(typeof(ImportEstimated))]
[JsonSerializable(typeof(ImportLoadStarted))]
[JsonSerializable(typeof(ImportTuned))]
[JsonSerializable(typeof(ImportIncrementSaved))]
[JsonSerializable(typeof(ImportFailed))]
[JsonSerializable(typeof(ImportFinished))]
[JsonSerializable(typeof(ImportRollbackStarted))]
[JsonSerializable(typeof(ImportRolledBack))]
[JsonSerializable(typeof(ExtractionRequested))]
[JsonSerializable(typeof(ExtractionClaimed))]
[JsonSerializable(typeof(ExtractionDeliveryStarted))]
[JsonSerializable(typeof(ExtractionDelivered))]
[JsonSerializable(typeof(ExtractionFailed))]
[JsonSerializable(typeof(ExtractionCancelled))]
public sealed partial class EventJson : JsonSerializerContext
{
    /// <summary>Every class of event in this assembly: what <see cref="JsonSerializableAttribute"/> lists above, as a test makes sure.</summary>
    public static IReadOnlyList<Type> EventClasses { get; } =
    [
        .. typeof(EventJson).Assembly.GetTypes().Where(type =>
            !type.IsAbstract && (type.IsAssignableTo(typeof(ContactEvent)) || type.IsAssignableTo(typeof(ImportEvent)) || type.IsAssignableTo(typeof(ExtractionEvent)))),
    ];
}

/// <summary>Enum values as <c>numbering_plan</c>: in data and in SQL.</summary>
public sealed class SnakeCaseConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
