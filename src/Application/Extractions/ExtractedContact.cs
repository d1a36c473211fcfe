using System.Globalization;
using Padron.Domain.Numbering;

namespace Padron.Application.Extractions;

/// <summary>A contact as an operator's file shows it: what it takes to write to a person, and no more.</summary>
public sealed record ExtractedContact(
    PhoneNumber Phone, string? FullName, string? City, string? Municipality, string? StateName, string Lada)
{
    /// <summary>The number as every format writes it: <c>52</c> and ten digits, no plus, as the sending platforms take it.</summary>
    /// <exception cref="InvalidOperationException">The number is not Mexican; nothing but Mexican mobiles is ever extracted.</exception>
    public string Number => string.Create(CultureInfo.InvariantCulture, $"52{Phone.MexicanNational:D10}");
}
