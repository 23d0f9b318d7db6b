/**
 * Eight, four, four, four and twelve hexadecimal digits; versions and variants of RFC 9562 are not looked at. The OpenAPI
 * document shows the expression, and has no flags.
 */
export const GUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

export const isGuid = (text: string): boolean => GUID.test(text);
